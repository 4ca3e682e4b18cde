package io.sluice.netty;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A blocking socket of the kernel with the options that Java's sockets lack. */
final class KernelSocket implements AutoCloseable {
    static final int TCP_FASTOPEN = 23;

    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCKADDR_IN = 16;
    private static final int SOCKADDR_IN6 = 28;
    private static final int SOCK_STREAM = 1;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_MD5SIG = 14;
    private static final int MSG_FASTOPEN = 0x20000000;

    private final int fd;
    private final int addressLength;

    private KernelSocket(int fd, int addressLength) {
        this.fd = fd;
        this.addressLength = addressLength;
    }

    static {
        Native.register(KernelSocket.class, "c");
    }

    private static native int socket(int family, int type, int protocol) throws LastErrorException;

    private static native int setsockopt(int fd, int level, int name, byte[] value, int length)
            throws LastErrorException;

    private static native int connect(int fd, byte[] address, int length) throws LastErrorException;

    private static native int bind(int fd, byte[] address, int length) throws LastErrorException;

    private static native int listen(int fd, int backlog) throws LastErrorException;

    private static native int accept(int fd, byte[] address, int[] length) throws LastErrorException;

    private static native int getsockname(int fd, byte[] address, int[] length) throws LastErrorException;

    private static native long sendto(int fd, byte[] data, long length, int flags, byte[] address, int addressLength)
            throws LastErrorException;

    private static native long read(int fd, byte[] data, long length) throws LastErrorException;

    private static native int close(int fd) throws LastErrorException;

    /** Its calls fail when they have waited for {@link TwoHosts#PATIENCE_S}. */
    static KernelSocket open(boolean ipv6) {
        int fd = socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM, IPPROTO_TCP);
        KernelSocket s = new KernelSocket(fd, ipv6 ? SOCKADDR_IN6 : SOCKADDR_IN);
        byte[] patience = ByteBuffer.allocate(2 * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(TwoHosts.PATIENCE_S)
                .array();
        setsockopt(s.fd, SOL_SOCKET, SO_RCVTIMEO, patience, patience.length);
        setsockopt(s.fd, SOL_SOCKET, SO_SNDTIMEO, patience, patience.length);
        return s;
    }

    /** {@code struct sockaddr_in} or {@code sockaddr_in6}. */
    private static byte[] address(InetSocketAddress to) {
        byte[] octets = to.getAddress().getAddress();
        boolean ipv6 = octets.length == 16;
        ByteBuffer b = ByteBuffer.allocate(ipv6 ? SOCKADDR_IN6 : SOCKADDR_IN);
        b.order(ByteOrder.nativeOrder()).putShort((short) (ipv6 ? AF_INET6 : AF_INET));
        b.order(ByteOrder.BIG_ENDIAN).putShort((short) to.getPort());
        return b.put(ipv6 ? 8 : 4, octets).array();
    }

    /** {@code struct tcp_md5sig}: the peer, flags, prefix, length of the key, interface, key. */
    void md5(InetAddress peer, byte[] key) {
        ByteBuffer b = ByteBuffer.allocate(128 + 8 + 80).order(ByteOrder.nativeOrder());
        b.put(address(new InetSocketAddress(peer, 0)));
        b.putShort(130, (short) key.length).put(136, key);
        setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, b.array(), b.capacity());
    }

    void option(int name, int value) {
        byte[] octets = ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
        setsockopt(fd, IPPROTO_TCP, name, octets, 4);
    }

    void connect(InetSocketAddress to) {
        connect(fd, address(to), addressLength);
    }

    /** Listens on a free port, which it returns. */
    int listen(InetAddress on) {
        bind(fd, address(new InetSocketAddress(on, 0)), addressLength);
        listen(fd, 8);
        byte[] bound = new byte[addressLength];
        getsockname(fd, bound, new int[] {addressLength});
        return ByteBuffer.wrap(bound).getShort(2) & 0xFFFF;
    }

    KernelSocket accept() {
        return new KernelSocket(accept(fd, new byte[addressLength], new int[] {addressLength}), addressLength);
    }

    /** Connects with data on the SYN, where there is a cookie. */
    long sendFast(InetSocketAddress to, byte[] data) {
        return sendto(fd, data, data.length, MSG_FASTOPEN, address(to), addressLength);
    }

    void send(byte[] data) {
        sendto(fd, data, data.length, 0, new byte[0], 0);
    }

    /** So many octets, or fewer if the peer closes. */
    byte[] receive(int octets) {
        ByteBuffer all = ByteBuffer.allocate(octets);
        byte[] some = new byte[octets];
        while (all.hasRemaining()) {
            long n = read(fd, some, all.remaining());
            if (n <= 0) {
                break;
            }
            all.put(some, 0, (int) n);
        }
        return java.util.Arrays.copyOf(all.array(), all.position());
    }

    @Override
    public void close() {
        close(fd);
    }
}
