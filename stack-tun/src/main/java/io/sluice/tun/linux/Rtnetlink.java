package io.sluice.tun.linux;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A small rtnetlink client (RFC 3549 §2, {@code <linux/rtnetlink.h>}): what {@code ip link}, {@code
 * ip address} and {@code ip route} do, for one interface at a time.
 *
 * <p>The socket belongs for good to the network namespace of the thread that opened it, so an
 * instance can be used from threads that are elsewhere. Thread-safe; every method waits for the
 * kernel's answer, which it gives at once.
 */
public final class Rtnetlink implements Closeable {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_ROUTE = 0;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NLM_F_ACK_TLVS = 0x200;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSGERR_ATTR_MSG = 1;

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;
    private static final int RTM_GETROUTE = 26;

    private static final int IFF_UP = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_TXQLEN = 13;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_INET6_ADDR_GEN_MODE = 8;
    private static final byte IN6_ADDR_GEN_MODE_NONE = 1;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_F_NODAD = 2;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int SCOPE_UNIVERSE = 0;
    private static final int SCOPE_LINK = 253;
    private static final int LINK_HEADER_LENGTH = 16;
    private static final int ROUTE_TYPE = 7;
    private static final int RTN_LOCAL = 2;

    private final int fd;
    private final byte[] answer = new byte[32 * 1024];
    private int sequenceNumber;
    private boolean closed;

    private Rtnetlink(int fd) {
        this.fd = fd;
    }

    /** Opens a socket in the calling thread's network namespace. */
    public static Rtnetlink open() throws ErrnoException {
        int fd = LibC.openSocket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
        Rtnetlink netlink = new Rtnetlink(fd);
        try {
            byte[] one = integers(1);
            LibC.setSocketOption(fd, SOL_NETLINK, NETLINK_CAP_ACK, one);
            LibC.setSocketOption(fd, SOL_NETLINK, NETLINK_EXT_ACK, one);
            byte[] fiveSeconds = integers(5, 0, 0, 0); // struct timeval; a guard, never waited for
            LibC.setSocketOption(fd, SOL_SOCKET, SO_RCVTIMEO, fiveSeconds);
            return netlink;
        } catch (ErrnoException e) {
            netlink.close();
            throw e;
        }
    }

    /** The interface of that name, or null if there is none. */
    public @Nullable LinkState findLink(String name) throws ErrnoException {
        NetlinkMessage request =
                new NetlinkMessage(RTM_GETLINK, 0).linkHeader(0, 0, 0).attribute(IFLA_IFNAME, name);
        try {
            return getLink("look up interface " + name, request);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENODEV) {
                return null;
            }
            throw e;
        }
    }

    public LinkState link(int index) throws ErrnoException {
        return getLink("look up interface " + index, new NetlinkMessage(RTM_GETLINK, 0).linkHeader(index, 0, 0));
    }

    public void setUp(int index, boolean up) throws ErrnoException {
        NetlinkMessage request = new NetlinkMessage(RTM_NEWLINK, 0).linkHeader(index, up ? IFF_UP : 0, IFF_UP);
        transact("set interface " + index + (up ? " up" : " down"), request);
    }

    public void setMtu(int index, int mtuBytes) throws ErrnoException {
        NetlinkMessage request =
                new NetlinkMessage(RTM_NEWLINK, 0).linkHeader(index, 0, 0).attribute(IFLA_MTU, mtuBytes);
        transact("set MTU " + mtuBytes, request);
    }

    public void setTxQueueLength(int index, int packets) throws ErrnoException {
        NetlinkMessage request =
                new NetlinkMessage(RTM_NEWLINK, 0).linkHeader(index, 0, 0).attribute(IFLA_TXQLEN, packets);
        transact("set transmit queue length " + packets, request);
    }

    /** Stops the kernel from making up link-local IPv6 addresses; to be called while it is down. */
    public void setNoGeneratedIpv6Addresses(int index) throws ErrnoException {
        NetlinkMessage request = new NetlinkMessage(RTM_NEWLINK, 0).linkHeader(index, 0, 0);
        int afSpec = request.begin(IFLA_AF_SPEC);
        int inet6 = request.begin(AF_INET6);
        request.attribute(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
        request.end(inet6);
        request.end(afSpec);
        transact("switch off generated IPv6 addresses", request);
    }

    /**
     * Gives the interface an address. For IPv6, {@code IFA_F_NODAD} skips duplicate address detection
     * (RFC 4862 §5.4), which has nobody to ask on a TUN; even so the kernel takes the address into use
     * only a moment later, from a work queue: see {@link #isLocal}.
     */
    public void addAddress(int index, byte[] address, int prefixLength) throws ErrnoException {
        changeAddress(
                RTM_NEWADDR, NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCL, index, address, prefixLength);
    }

    public void removeAddress(int index, byte[] address, int prefixLength) throws ErrnoException {
        changeAddress(RTM_DELADDR, 0, index, address, prefixLength);
    }

    /** Whether packets to {@code address} are delivered in this namespace. */
    public boolean isLocal(byte[] address) throws ErrnoException {
        NetlinkMessage request = new NetlinkMessage(RTM_GETROUTE, 0)
                .routeHeader(family(address), address.length * Byte.SIZE, SCOPE_UNIVERSE)
                .attribute(RTA_DST, address);
        try {
            synchronized (answer) {
                return exchange("look up route", request).get(ROUTE_TYPE) == RTN_LOCAL;
            }
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENETUNREACH) {
                return false;
            }
            throw e;
        }
    }

    /** Adds a route through the interface, by way of {@code gateway} unless it is null. */
    public void addRoute(int index, byte[] destination, int prefixLength, byte @Nullable [] gateway)
            throws ErrnoException {
        int flags = NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCL;
        changeRoute(RTM_NEWROUTE, flags, index, destination, prefixLength, gateway);
    }

    public void removeRoute(int index, byte[] destination, int prefixLength, byte @Nullable [] gateway)
            throws ErrnoException {
        changeRoute(RTM_DELROUTE, 0, index, destination, prefixLength, gateway);
    }

    private void changeAddress(int type, int flags, int index, byte[] address, int prefixLength) throws ErrnoException {
        int family = family(address);
        int addressFlags = family == AF_INET6 ? IFA_F_NODAD : 0;
        NetlinkMessage request = new NetlinkMessage(type, flags)
                .addressHeader(family, prefixLength, addressFlags, index)
                .attribute(IFA_LOCAL, address)
                .attribute(IFA_ADDRESS, address);
        transact((type == RTM_NEWADDR ? "add" : "remove") + " address", request);
    }

    private void changeRoute(
            int type, int flags, int index, byte[] destination, int prefixLength, byte @Nullable [] gateway)
            throws ErrnoException {
        int family = family(destination);
        int scope = gateway == null && family == AF_INET ? SCOPE_LINK : SCOPE_UNIVERSE;
        NetlinkMessage request = new NetlinkMessage(type, flags)
                .routeHeader(family, prefixLength, scope)
                .attribute(RTA_DST, destination)
                .attribute(RTA_OIF, index);
        if (gateway != null) {
            request.attribute(RTA_GATEWAY, gateway);
        }
        transact((type == RTM_NEWROUTE ? "add" : "remove") + " route", request);
    }

    private LinkState getLink(String action, NetlinkMessage request) throws ErrnoException {
        synchronized (answer) {
            return parseLink(exchange(action, request));
        }
    }

    private void transact(String action, NetlinkMessage request) throws ErrnoException {
        synchronized (answer) {
            exchange(action, request);
        }
    }

    /** Sends {@code request}; returns its answer, without header, or throws what the kernel says. */
    private ByteBuffer exchange(String action, NetlinkMessage request) throws ErrnoException {
        if (closed) {
            throw new ErrnoException(action, Errno.EBADF);
        }
        int sequence = ++sequenceNumber;
        request.finish(sequence);
        LibC.sendMessage(fd, request.octets(), request.length());
        ByteBuffer data = null;
        while (true) {
            int length = LibC.receiveMessage(fd, answer);
            ByteBuffer in = ByteBuffer.wrap(answer, 0, length).order(ByteOrder.nativeOrder());
            int type = in.getShort(4) & 0xFFFF;
            if (in.getInt(8) != sequence) {
                continue; // the late answer to a request that timed out
            }
            if (type != NLMSG_ERROR) {
                data = copy(in, length);
                continue; // the acknowledgement follows
            }
            int errno = -in.getInt(NetlinkMessage.HEADER_LENGTH);
            if (errno != 0) {
                throw new ErrnoException(action, errno, explanation(in));
            }
            return data == null ? in : data;
        }
    }

    private static ByteBuffer copy(ByteBuffer in, int length) {
        byte[] octets = new byte[length - NetlinkMessage.HEADER_LENGTH];
        in.get(NetlinkMessage.HEADER_LENGTH, octets);
        return ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder());
    }

    /** The text of an extended acknowledgement: the attributes behind the echoed request header. */
    private static String explanation(ByteBuffer in) {
        if ((in.getShort(6) & NLM_F_ACK_TLVS) == 0) {
            return "";
        }
        Attributes attributes = new Attributes(
                in, NetlinkMessage.HEADER_LENGTH + Integer.BYTES + NetlinkMessage.HEADER_LENGTH, in.limit());
        while (attributes.next()) {
            if (attributes.type() == NLMSGERR_ATTR_MSG) {
                return attributes.string();
            }
        }
        return "";
    }

    private static LinkState parseLink(ByteBuffer in) {
        int index = in.getInt(4);
        int flags = in.getInt(8);
        String name = "";
        String kind = "";
        int mtuBytes = 0;
        int txQueueLength = 0;
        Attributes attributes = new Attributes(in, LINK_HEADER_LENGTH, in.limit());
        while (attributes.next()) {
            switch (attributes.type()) {
                case IFLA_IFNAME -> name = attributes.string();
                case IFLA_MTU -> mtuBytes = attributes.integer();
                case IFLA_TXQLEN -> txQueueLength = attributes.integer();
                case IFLA_LINKINFO -> {
                    Attributes info = attributes.nested();
                    while (info.next()) {
                        kind = info.type() == IFLA_INFO_KIND ? info.string() : kind;
                    }
                }
                default -> {}
            }
        }
        return new LinkState(index, name, flags, mtuBytes, txQueueLength, kind);
    }

    private static int family(byte[] address) {
        return address.length == 4 ? AF_INET : AF_INET6;
    }

    private static byte[] integers(int... values) {
        ByteBuffer octets = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.nativeOrder());
        for (int value : values) {
            octets.putInt(value);
        }
        return octets.array();
    }

    /** Closes the socket; harmless when it is closed already. */
    @Override
    public void close() {
        synchronized (answer) {
            if (!closed) {
                closed = true;
                LibC.closeFile(fd);
            }
        }
    }

    /** Walks the attributes of a netlink answer. */
    private static final class Attributes {
        private static final int TYPE_MASK = 0x3FFF;

        private final ByteBuffer in;
        private final int end;
        private int at;
        private int following;

        Attributes(ByteBuffer in, int start, int end) {
            this.in = in;
            this.end = end;
            this.following = start;
        }

        boolean next() {
            at = following;
            if (end - at < NetlinkMessage.ATTRIBUTE_HEADER_LENGTH) {
                return false;
            }
            int length = in.getShort(at) & 0xFFFF;
            following = at + ((length + 3) & ~3);
            return length >= NetlinkMessage.ATTRIBUTE_HEADER_LENGTH && at + length <= end;
        }

        int type() {
            return in.getShort(at + 2) & TYPE_MASK;
        }

        int integer() {
            return in.getInt(valueStart());
        }

        String string() {
            int length = (in.getShort(at) & 0xFFFF) - NetlinkMessage.ATTRIBUTE_HEADER_LENGTH;
            byte[] octets = new byte[length];
            in.get(valueStart(), octets);
            String text = new String(octets, StandardCharsets.UTF_8);
            int nul = text.indexOf('\0');
            return nul < 0 ? text : text.substring(0, nul);
        }

        Attributes nested() {
            return new Attributes(in, valueStart(), at + (in.getShort(at) & 0xFFFF));
        }

        private int valueStart() {
            return at + NetlinkMessage.ATTRIBUTE_HEADER_LENGTH;
        }
    }
}
