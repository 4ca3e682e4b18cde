package io.sluice.tun;

import io.sluice.tun.linux.TunIoctl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a {@link TunDevice} is opened and configured. The addresses are the kernel's side of the wire: our stack is
 * another host, with another address of the same prefix.
 *
 * <p>What a {@link #builder()} makes without further calls is up, has one queue, uses every offload that the kernel
 * grants, and goes away when it is closed.
 *
 * @param name the interface's name, at most 15 octets; {@code %d} in it becomes the first free number
 * @param existing what to do if there is, or is not, a device of that name
 * @param offload the most offload to ask for; less is taken where the kernel grants less
 * @param queues how many queues to open, at least 1; more than one makes a multiqueue device
 * @param multiQueue whether to make or attach to a multiqueue device even for one queue
 * @param persistent whether the device outlives {@link TunDevice#close}
 * @param up whether to bring the device up
 * @param mtuBytes 68..65535, or 0 to leave the device's own (1500)
 * @param txQueueLength how many packets the kernel keeps for us to read, for each queue, or 0 to leave the device's own
 * @param ipv6LinkLocal whether the kernel gives itself a link-local IPv6 address, and so sends packets of its own accord
 * @param addresses the kernel's addresses on the device
 * @param routes the kernel's routes through the device, beside those of the addresses
 * @param ethernet whether it is a TAP device, which carries Ethernet frames: see {@link TapLink}
 * @param controlDevice the driver's file, {@code /dev/net/tun} nearly everywhere
 */
public record TunConfig(
        String name,
        Existing existing,
        Offload offload,
        int queues,
        boolean multiQueue,
        boolean persistent,
        boolean up,
        int mtuBytes,
        int txQueueLength,
        boolean ipv6LinkLocal,
        List<InterfaceAddress> addresses,
        List<TunRoute> routes,
        boolean ethernet,
        Path controlDevice) {

    /** {@code sluice0}, or the first number that is free. */
    public static final String DEFAULT_NAME = "sluice%d";

    /** Where Linux has the TUN driver. */
    public static final Path DEFAULT_CONTROL_DEVICE = Path.of("/dev/net/tun");

    private static final int MIN_MTU = 68; // RFC 791 §3.2: every module forwards that much
    private static final int MAX_MTU = 65_535;
    private static final int MAX_QUEUES = 256;

    /** What to do if there is, or is not, a device of that name. */
    public enum Existing {
        /** Attach to it, or make it. */
        ALLOW,
        /** Attach to it; {@link NoSuchTunException} if there is none. */
        REQUIRE,
        /** Make it; {@link TunBusyException} if there is one. */
        FORBID
    }

    /** Throws {@link IllegalArgumentException} for values out of range. */
    public TunConfig {
        int nameLength = name.getBytes(StandardCharsets.US_ASCII).length;
        require(
                nameLength >= 1 && nameLength <= TunIoctl.MAX_NAME_LENGTH,
                "an interface name has 1 to 15 octets",
                name);
        require(name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '/' && c != ':'), "no interface name", name);
        require(queues >= 1 && queues <= MAX_QUEUES, "queues are 1 to 256", queues);
        require(mtuBytes == 0 || (mtuBytes >= MIN_MTU && mtuBytes <= MAX_MTU), "an MTU is 68 to 65535", mtuBytes);
        require(txQueueLength >= 0, "a queue length is not negative", txQueueLength);
        multiQueue |= queues > 1;
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    private static void require(boolean condition, String rule, Object value) {
        if (!condition) {
            throw new IllegalArgumentException(rule + ": " + value);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects a {@link TunConfig}. Each method returns this builder; nothing happens before {@link #open}. */
    public static final class Builder {
        private String name = DEFAULT_NAME;
        private Existing existing = Existing.ALLOW;
        private Offload offload = Offload.TCP;
        private int queues = 1;
        private boolean multiQueue;
        private boolean persistent;
        private boolean up = true;
        private int mtuBytes;
        private int txQueueLength;
        private boolean ipv6LinkLocal;
        private final List<InterfaceAddress> addresses = new ArrayList<>();
        private final List<TunRoute> routes = new ArrayList<>();
        private boolean ethernet;
        private Path controlDevice = DEFAULT_CONTROL_DEVICE;

        private Builder() {}

        /** See {@link TunConfig#name}. */
        public Builder name(String newName) {
            name = newName;
            return this;
        }

        /** A TAP device: see {@link TunConfig#ethernet}. */
        public Builder ethernet() {
            ethernet = true;
            return this;
        }

        /** See {@link TunConfig#existing}. */
        public Builder existing(Existing newExisting) {
            existing = newExisting;
            return this;
        }

        /** See {@link TunConfig#offload}. */
        public Builder offload(Offload most) {
            offload = most;
            return this;
        }

        /** See {@link TunConfig#queues}. */
        public Builder queues(int count) {
            queues = count;
            return this;
        }

        /** See {@link TunConfig#multiQueue}. */
        public Builder multiQueue(boolean always) {
            multiQueue = always;
            return this;
        }

        /** See {@link TunConfig#persistent}. */
        public Builder persistent(boolean outlivesClose) {
            persistent = outlivesClose;
            return this;
        }

        /** See {@link TunConfig#up}. */
        public Builder up(boolean bringUp) {
            up = bringUp;
            return this;
        }

        /** See {@link TunConfig#mtuBytes}. */
        public Builder mtu(int bytes) {
            mtuBytes = bytes;
            return this;
        }

        /** See {@link TunConfig#txQueueLength}. */
        public Builder txQueueLength(int packets) {
            txQueueLength = packets;
            return this;
        }

        /** See {@link TunConfig#ipv6LinkLocal}. */
        public Builder ipv6LinkLocal(boolean generate) {
            ipv6LinkLocal = generate;
            return this;
        }

        /** Adds an address of the kernel's side: {@code 10.0.0.1/24}, {@code fd00::1/64}. */
        public Builder address(String address) {
            addresses.add(InterfaceAddress.parse(address));
            return this;
        }

        /** Adds a route of the kernel through the device. */
        public Builder route(TunRoute route) {
            routes.add(route);
            return this;
        }

        /** See {@link TunConfig#controlDevice}. */
        public Builder controlDevice(Path file) {
            controlDevice = file;
            return this;
        }

        public TunConfig build() {
            return new TunConfig(
                    name,
                    existing,
                    offload,
                    queues,
                    multiQueue,
                    persistent,
                    up,
                    mtuBytes,
                    txQueueLength,
                    ipv6LinkLocal,
                    addresses,
                    routes,
                    ethernet,
                    controlDevice);
        }

        /**
         * Opens and configures the device in the calling thread's network namespace.
         *
         * @throws TunException if that fails; nothing is left behind then
         */
        public TunDevice open() throws IOException {
            return TunDevice.open(build());
        }
    }
}
