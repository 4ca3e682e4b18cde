package io.sluice.packetdrill.kernel;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.sluice.api.Endpoint;
import io.sluice.wire.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@code struct sockaddr_in} and {@code sockaddr_in6}, in memory that C can read. */
final class SocketAddress {
    private static final int LENGTH4 = 16;
    private static final int LENGTH6 = 28;
    private static final int PORT = 2;
    private static final int ADDRESS4 = 4;
    private static final int ADDRESS6 = 8;
    private static final int MAPPED_PREFIX = 10;

    private SocketAddress() {}

    /**
     * Writes an address.
     *
     * @param mapped whether an IPv4 address goes into a {@code sockaddr_in6} (RFC 4291 §2.5.5.2)
     */
    static Memory of(Endpoint endpoint, boolean mapped) {
        IpAddress address = endpoint.address();
        byte[] octets = address.toInetAddress().getAddress();
        boolean six = address.isV6() || mapped;
        Memory memory = new Memory(six ? LENGTH6 : LENGTH4);
        memory.clear();
        memory.setShort(0, (short) (six ? KernelLibC.AF_INET6 : KernelLibC.AF_INET));
        memory.setByte(PORT, (byte) (endpoint.port() >>> 8));
        memory.setByte(PORT + 1, (byte) endpoint.port());
        if (address.isV6()) {
            memory.write(ADDRESS6, octets, 0, octets.length);
        } else if (mapped) {
            memory.setShort(ADDRESS6 + MAPPED_PREFIX, (short) 0xFFFF);
            memory.write(ADDRESS6 + MAPPED_PREFIX + 2, octets, 0, octets.length);
        } else {
            memory.write(ADDRESS4, octets, 0, octets.length);
        }
        return memory;
    }

    /** The port that a socket is bound to, or 0. */
    static int localPort(int fd) {
        Memory address = new Memory(LENGTH6);
        Memory length = new Memory(Integer.BYTES);
        length.setInt(0, LENGTH6);
        return KernelLibC.getsockname(fd, address, length) < 0 ? 0 : port(address);
    }

    /** What C has written, an IPv4-mapped address as such. */
    static Endpoint read(Pointer address) {
        boolean six = address.getShort(0) == KernelLibC.AF_INET6;
        byte[] octets = address.getByteArray(six ? ADDRESS6 : ADDRESS4, six ? 2 * Long.BYTES : Integer.BYTES);
        ByteBuffer b = ByteBuffer.wrap(octets);
        return new Endpoint(
                six ? IpAddress.ofV6(b.getLong(0), b.getLong(Long.BYTES)) : IpAddress.ofV4(b.getInt(0)), port(address));
    }

    /** Room for any address. */
    static Memory room() {
        Memory room = new Memory(LENGTH6);
        room.clear();
        return room;
    }

    private static int port(Pointer address) {
        return ByteBuffer.wrap(address.getByteArray(PORT, Short.BYTES))
                        .order(ByteOrder.BIG_ENDIAN)
                        .getShort(0)
                & 0xFFFF;
    }
}
