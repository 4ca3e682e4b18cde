package io.sluice.tun;

import io.netty.channel.epoll.Epoll;
import io.sluice.tun.linux.Errno;
import io.sluice.tun.linux.ErrnoException;
import io.sluice.tun.linux.LibC;
import io.sluice.tun.linux.LinkState;
import io.sluice.tun.linux.Rtnetlink;
import io.sluice.tun.linux.ThreadNamespace;
import io.sluice.tun.linux.TunIoctl;
import io.sluice.wire.IpAddress;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A Linux TUN device: a network interface whose other end is this process. The kernel has an address on it (say
 * 10.0.0.1/24) and a route to our stack, which is another host (say 10.0.0.2).
 *
 * <p>An open device stays in the network namespace it was opened in; any thread may configure it, from any namespace.
 * Packets go through a {@link TunLink} on one of its {@link #queues}. Thread-safe, except that its queues belong to
 * their links' threads and must not be in use when it is closed.
 */
public final class TunDevice implements Closeable {
    private static final int DEFAULT_MTU = 1500;
    private static final int UNKNOWN_INDEX = 0;
    private static final long LOCAL_TIMEOUT_NS = 5_000_000_000L;
    private static final long LOCAL_POLL_NS = 100_000;

    private final Rtnetlink netlink;
    private final String name;
    private final List<TunQueue> queues = new ArrayList<>();
    private int index = UNKNOWN_INDEX;
    private volatile int mtu = DEFAULT_MTU;
    private boolean closed;

    private TunDevice(Rtnetlink netlink, String name) {
        this.netlink = netlink;
        this.name = name;
    }

    /** How to open one: {@code TunDevice.builder().address("10.0.0.1/24").open()}. */
    public static TunConfig.Builder builder() {
        return TunConfig.builder();
    }

    /**
     * Opens and configures a device in the calling thread's network namespace.
     *
     * @throws TunException if that fails, saying what to do; nothing is left behind then
     */
    public static TunDevice open(TunConfig config) throws IOException {
        requireNativeTransport();
        Rtnetlink netlink = Rtnetlink.open();
        List<Integer> fds = new ArrayList<>();
        try {
            LinkState existing = checkExisting(netlink, config);
            String name = attach(config, fds);
            TunDevice device = new TunDevice(netlink, name);
            boolean virtioHeader = TunIoctl.attachment(fds.get(0)).has(TunIoctl.IFF_VNET_HDR);
            try {
                device.takeQueues(fds, virtioHeader, config.offload());
                device.configure(config, existing == null);
                return device;
            } catch (IOException e) {
                device.close();
                throw e;
            }
        } catch (IOException e) {
            fds.forEach(LibC::closeFile);
            netlink.close();
            throw e;
        }
    }

    /**
     * Takes over a descriptor that was opened elsewhere and has its interface attached: inherited, or received from a
     * process with more privileges. It is closed with the device.
     *
     * <p>Of {@code config}, name, queues and existence say nothing. Addresses, routes, MTU and up are applied if any are
     * asked for; where this process cannot look the interface up (it is in a namespace out of reach), {@code mtuBytes}
     * is believed.
     *
     * @throws TunException if it is no such descriptor, or one without {@code IFF_NO_PI}, or a TAP's where {@code config} is not for
     *     an {@linkplain TunConfig.Builder#ethernet Ethernet}, or the other way round
     */
    public static TunDevice adopt(int fd, TunConfig config) throws IOException {
        requireNativeTransport();
        TunIoctl.Attachment attachment;
        try {
            attachment = TunIoctl.attachment(fd);
        } catch (ErrnoException e) {
            throw TunErrors.adopting(fd, e);
        }
        String mode = config.ethernet() ? "IFF_TAP" : "IFF_TUN";
        if (!attachment.has(config.ethernet() ? TunIoctl.IFF_TAP : TunIoctl.IFF_TUN)
                || !attachment.has(TunIoctl.IFF_NO_PI)) {
            throw new TunException("Descriptor " + fd + " (" + attachment.name() + ") is "
                    + (config.ethernet() ? "no TAP's" : "a TAP's") + ", or one without IFF_NO_PI: attach it with "
                    + mode
                    + " | IFF_NO_PI, and IFF_VNET_HDR for offload"
                    + (config.ethernet() ? "." : "; or take it for an Ethernet (TunConfig.Builder.ethernet)."));
        }
        Rtnetlink netlink = openNetlinkOf(fd);
        try {
            TunDevice device = new TunDevice(netlink, attachment.name());
            device.addQueue(fd, attachment.has(TunIoctl.IFF_VNET_HDR), config.offload());
            device.configure(config, false);
            return device;
        } catch (IOException e) {
            netlink.close();
            throw e;
        }
    }

    private static void requireNativeTransport() throws TunException {
        Throwable cause = Epoll.unavailabilityCause();
        if (cause != null) {
            throw TunErrors.noNativeTransport(cause);
        }
    }

    private static @Nullable LinkState checkExisting(Rtnetlink netlink, TunConfig config) throws IOException {
        LinkState existing = netlink.findLink(config.name());
        if (existing == null && config.existing() == TunConfig.Existing.REQUIRE) {
            throw new NoSuchTunException("There is no device " + config.name()
                    + " in this network namespace: make it (ip tuntap add mode tun name " + config.name()
                    + "), or allow it to be made.");
        }
        if (existing != null && !existing.kind().equals("tun")) {
            throw new TunException("The interface " + config.name() + " exists and is no TUN device but a "
                    + (existing.kind().isEmpty() ? "physical or loopback interface" : existing.kind())
                    + ": choose another name.");
        }
        return existing;
    }

    /** Opens the queues' descriptors, adding each to {@code fds}, and returns the interface's name. */
    private static String attach(TunConfig config, List<Integer> fds) throws TunException {
        String name = config.name();
        int excl = config.existing() == TunConfig.Existing.FORBID ? TunIoctl.IFF_TUN_EXCL : 0;
        for (int i = 0; i < config.queues(); i++) {
            int fd = openControlDevice(config);
            fds.add(fd);
            try {
                name = TunIoctl.attach(fd, name, flags(fd, config) | (i == 0 ? excl : 0));
            } catch (ErrnoException e) {
                throw TunErrors.attaching(name, config, e);
            }
        }
        return name;
    }

    private static int openControlDevice(TunConfig config) throws TunException {
        try {
            return LibC.openFile(config.controlDevice().toString(), LibC.O_RDWR | LibC.O_NONBLOCK);
        } catch (ErrnoException e) {
            throw TunErrors.opening(config.controlDevice(), e);
        }
    }

    private static int flags(int fd, TunConfig config) throws ErrnoException {
        int flags = (config.ethernet() ? TunIoctl.IFF_TAP : TunIoctl.IFF_TUN) | TunIoctl.IFF_NO_PI;
        if (config.multiQueue()) {
            flags |= TunIoctl.IFF_MULTI_QUEUE;
        }
        if (config.offload() != Offload.NONE) {
            flags |= TunIoctl.features(fd) & TunIoctl.IFF_VNET_HDR;
        }
        return flags;
    }

    /** A netlink socket where the interface is, or in the caller's own namespace if that is out of reach. */
    private static Rtnetlink openNetlinkOf(int fd) throws IOException {
        int namespace;
        try {
            namespace = TunIoctl.deviceNamespace(fd);
        } catch (ErrnoException e) {
            return Rtnetlink.open();
        }
        try {
            if (ThreadNamespace.isCurrent(namespace)) {
                return Rtnetlink.open();
            }
            return ThreadNamespace.onOwnThread("sluice-netlink", () -> {
                LibC.enterNamespace(namespace, LibC.CLONE_NEWNET);
                return Rtnetlink.open();
            });
        } finally {
            LibC.closeFile(namespace);
        }
    }

    /** Each descriptor leaves the list when its queue has it. */
    private void takeQueues(List<Integer> fds, boolean virtioHeader, Offload most) throws IOException {
        while (!fds.isEmpty()) {
            addQueue(fds.get(0), virtioHeader, most);
            fds.remove(0);
        }
    }

    private void addQueue(int fd, boolean virtioHeader, Offload most) throws ErrnoException {
        queues.add(new TunQueue(this, queues.size(), fd, virtioHeader, most));
    }

    private void configure(TunConfig config, boolean created) throws IOException {
        LinkState link = netlink.findLink(name);
        if (link == null) {
            if (!config.addresses().isEmpty() || !config.routes().isEmpty()) {
                throw new TunException(
                        "The interface " + name + " is in a network namespace that this process cannot look"
                                + " into: leave addresses and routes to whoever opened it.");
            }
            mtu = config.mtuBytes() == 0 ? DEFAULT_MTU : config.mtuBytes();
            return;
        }
        index = link.index();
        mtu = link.mtuBytes();
        configureLink(config, link.up(), created);
        for (InterfaceAddress address : config.addresses()) {
            addAddress(address);
        }
        for (TunRoute route : config.routes()) {
            addRoute(route);
        }
        if (config.persistent()) {
            setPersistent(true);
        }
    }

    private void configureLink(TunConfig config, boolean isUp, boolean created) throws IOException {
        if (created && !config.ipv6LinkLocal()) {
            switchOffGeneratedAddresses();
        }
        if (config.mtuBytes() != 0 && config.mtuBytes() != mtu) {
            setMtu(config.mtuBytes());
        }
        if (config.txQueueLength() != 0) {
            attempt(() -> netlink.setTxQueueLength(index, config.txQueueLength()));
        }
        if (config.up() && !isUp) {
            setUp(true);
        }
    }

    private void switchOffGeneratedAddresses() throws TunException {
        attempt(() -> {
            try {
                netlink.setNoGeneratedIpv6Addresses(index);
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EAFNOSUPPORT && e.errno() != Errno.EOPNOTSUPP) {
                    throw e; // those two: a kernel without IPv6 makes up no addresses
                }
            }
        });
    }

    /** The interface's name. */
    public String name() {
        return name;
    }

    /** The interface's index in its namespace, or 0 if it is in one that this process cannot look into. */
    public int index() {
        return index;
    }

    /** The largest packet in octets, as this object last read or set it. */
    public int mtu() {
        return mtu;
    }

    /** What the kernel granted. */
    public Offload offload() {
        return queues.get(0).offload();
    }

    /** At least one, in the order they were opened; to be read and written by one thread each. */
    public List<TunQueue> queues() {
        return List.copyOf(queues);
    }

    /** A link on the first queue: the usual case of one queue. */
    public TunLink link() {
        return new TunLink(queues.get(0));
    }

    /** Whether the interface is up, as the kernel says now. */
    public boolean isUp() throws IOException {
        try {
            return netlink.link(index).up();
        } catch (ErrnoException e) {
            throw TunErrors.configuring(name, e);
        }
    }

    /** Switches the interface on or off; while it is off, nothing is delivered either way. */
    public void setUp(boolean up) throws IOException {
        attempt(() -> netlink.setUp(index, up));
    }

    /** Sets the largest packet, 68..65535 octets; IPv6 needs 1280 (RFC 8200 §5). */
    public void setMtu(int bytes) throws IOException {
        attempt(() -> netlink.setMtu(index, bytes));
        mtu = bytes;
    }

    /**
     * Gives the kernel an address on the device; no error if it has it. If the device is up, packets to the address are
     * delivered when this returns.
     */
    public void addAddress(InterfaceAddress address) throws IOException {
        byte[] octets = octets(address.address());
        attempt(() -> {
            try {
                netlink.addAddress(index, octets, address.prefixLength());
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EEXIST) {
                    throw e;
                }
            }
            if (netlink.link(index).up()) {
                awaitLocal(octets, address);
            }
        });
    }

    /** The kernel takes an IPv6 address into use from a work queue, within a millisecond or so, and tells nobody when. */
    private void awaitLocal(byte[] octets, InterfaceAddress address) throws ErrnoException {
        long startNs = System.nanoTime();
        while (!netlink.isLocal(octets)) {
            if (System.nanoTime() - startNs > LOCAL_TIMEOUT_NS) {
                throw new ErrnoException("wait for " + address + " to be taken into use", Errno.ETIMEDOUT);
            }
            LockSupport.parkNanos(LOCAL_POLL_NS);
        }
    }

    /** Takes an address of the kernel away; an error if it has none such. */
    public void removeAddress(InterfaceAddress address) throws IOException {
        attempt(() -> netlink.removeAddress(index, octets(address.address()), address.prefixLength()));
    }

    /** Routes packets of the kernel to this device, which must be up. */
    public void addRoute(TunRoute route) throws IOException {
        attempt(() -> netlink.addRoute(
                index,
                octets(route.destination().address()),
                route.destination().length(),
                octetsOrNull(route.gateway())));
    }

    /** Takes a route of the kernel away; an error if there is none such. */
    public void removeRoute(TunRoute route) throws IOException {
        attempt(() -> netlink.removeRoute(
                index,
                octets(route.destination().address()),
                route.destination().length(),
                octetsOrNull(route.gateway())));
    }

    /** Whether the interface stays when the last descriptor of it is closed. */
    public synchronized void setPersistent(boolean persistent) throws IOException {
        attempt(() -> {
            if (closed) {
                throw new ErrnoException("set persistent", Errno.EBADF);
            }
            TunIoctl.persist(queues.get(0).descriptor().intValue(), persistent);
        });
    }

    /** Whether {@link #close} has not been called. */
    public synchronized boolean isOpen() {
        return !closed;
    }

    /** Closes every queue, with which the interface goes unless it is persistent. Idempotent. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        netlink.close();
        for (TunQueue queue : queues) {
            queue.close();
        }
    }

    @Override
    public String toString() {
        return name + (isOpen() ? "" : " (closed)");
    }

    private interface Step {
        void run() throws ErrnoException;
    }

    private void attempt(Step step) throws TunException {
        try {
            step.run();
        } catch (ErrnoException e) {
            throw TunErrors.configuring(name, e);
        }
    }

    private static byte[] octets(IpAddress address) {
        return address.toInetAddress().getAddress();
    }

    private static byte @Nullable [] octetsOrNull(@Nullable IpAddress address) {
        return address == null ? null : octets(address);
    }
}
