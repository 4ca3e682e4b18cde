package io.sluice.tun.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The ioctls of the TUN driver ({@code <linux/if_tun.h>}), one method each. */
public final class TunIoctl {
    public static final int IFF_TUN = 0x0001;
    public static final int IFF_TAP = 0x0002;
    public static final int IFF_MULTI_QUEUE = 0x0100;
    public static final int IFF_NO_PI = 0x1000;
    public static final int IFF_VNET_HDR = 0x4000;
    public static final int IFF_TUN_EXCL = 0x8000;

    /** The longest interface name, in octets. */
    public static final int MAX_NAME_LENGTH = 15;

    // _IOW('T', n, int) = 0x400454nn, _IOR('T', n, int) = 0x800454nn, _IO('T', n) = 0x54nn
    private static final long TUNSETIFF = 0x4004_54caL;
    private static final long TUNSETPERSIST = 0x4004_54cbL;
    private static final long TUNGETFEATURES = 0x8004_54cfL;
    private static final long TUNSETOFFLOAD = 0x4004_54d0L;
    private static final long TUNGETIFF = 0x8004_54d2L;
    private static final long TUNSETVNETHDRSZ = 0x4004_54d8L;
    private static final long TUNGETDEVNETNS = 0x54e3L;

    /** {@code sizeof(struct ifreq)} under LP64. */
    private static final int IFREQ_LENGTH = 40;

    private static final int IFREQ_FLAGS = 16;

    private TunIoctl() {}

    /** What {@code TUNGETIFF} tells of an attached descriptor. */
    public record Attachment(String name, int flags) {
        public boolean has(int flag) {
            return (flags & flag) == flag;
        }
    }

    /** The {@code IFF_} flags the driver knows. */
    public static int features(int fd) throws ErrnoException {
        return getInt("TUNGETFEATURES", fd, TUNGETFEATURES);
    }

    /**
     * Attaches {@code fd} to the interface {@code name}, made if there is none, and returns the name
     * it has: the kernel replaces {@code %d} by the first free number.
     */
    public static String attach(int fd, String name, int flags) throws ErrnoException {
        byte[] request = new byte[IFREQ_LENGTH];
        byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(octets, 0, request, 0, Math.min(octets.length, MAX_NAME_LENGTH));
        ints(request).putShort(IFREQ_FLAGS, (short) flags);
        LibC.control("TUNSETIFF " + name, fd, TUNSETIFF, request);
        return interfaceName(request);
    }

    public static Attachment attachment(int fd) throws ErrnoException {
        byte[] request = new byte[IFREQ_LENGTH];
        LibC.control("TUNGETIFF", fd, TUNGETIFF, request);
        return new Attachment(interfaceName(request), ints(request).getShort(IFREQ_FLAGS) & 0xFFFF);
    }

    /** Tells the kernel which unfinished packets may be handed to us: a set of {@code TUN_F_} bits. */
    public static void offload(int fd, int features) throws ErrnoException {
        LibC.control("TUNSETOFFLOAD", fd, TUNSETOFFLOAD, features);
    }

    public static void vnetHeaderLength(int fd, int length) throws ErrnoException {
        byte[] argument = new byte[Integer.BYTES];
        ints(argument).putInt(0, length);
        LibC.control("TUNSETVNETHDRSZ", fd, TUNSETVNETHDRSZ, argument);
    }

    /** Whether the interface outlives its last descriptor. */
    public static void persist(int fd, boolean persistent) throws ErrnoException {
        LibC.control("TUNSETPERSIST", fd, TUNSETPERSIST, persistent ? 1L : 0L);
    }

    /** A new descriptor of the network namespace the interface is in; needs CAP_NET_ADMIN there. */
    public static int deviceNamespace(int fd) throws ErrnoException {
        return LibC.control("TUNGETDEVNETNS", fd, TUNGETDEVNETNS, 0L);
    }

    private static int getInt(String name, int fd, long request) throws ErrnoException {
        byte[] argument = new byte[Integer.BYTES];
        LibC.control(name, fd, request, argument);
        return ints(argument).getInt(0);
    }

    private static String interfaceName(byte[] request) {
        int length = 0;
        while (length < MAX_NAME_LENGTH && request[length] != 0) {
            length++;
        }
        return new String(request, 0, length, StandardCharsets.US_ASCII);
    }

    private static ByteBuffer ints(byte[] octets) {
        return ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder());
    }
}
