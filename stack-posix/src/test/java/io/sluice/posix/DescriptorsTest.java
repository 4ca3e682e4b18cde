package io.sluice.posix;

import static io.sluice.posix.TwoProcesses.DELAY_NS;
import static io.sluice.posix.TwoProcesses.NO_FLAGS;
import static io.sluice.posix.TwoProcesses.SERVER;
import static io.sluice.posix.TwoProcesses.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sluice.api.Endpoint;
import io.sluice.tcp.TcpState;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Descriptors, addresses, options, and the errors of calls that make no sense. */
final class DescriptorsTest {
    private final TwoProcesses two = new TwoProcesses(PosixProfile.FREEBSD);

    @AfterEach
    void close() {
        two.close();
    }

    @Test
    void theLowestFreeDescriptorIsGivenOut() {
        assertEquals(3, two.clientSocket());
        assertEquals(4, two.clientSocket());
        assertEquals(5, two.clientSocket());
        assertEquals(0, two.client.close(4, two.nowNs).result());
        assertEquals(Errno.EBADF, two.client.close(4, two.nowNs).errno());
        assertEquals(4, two.client.epollCreate().result());
        assertEquals(6, two.clientSocket());
        assertEquals(Errno.ENOTSOCK, two.client.listen(4, 1).errno());
        assertEquals(Errno.EBADF, two.client.listen(9, 1).errno());
    }

    @Test
    void aDuplicateKeepsTheSocketOpen() {
        int[] ends = two.connection();
        int copy = (int) two.client.dup(ends[0]).result();
        assertNotEquals(ends[0], copy);
        two.client.close(ends[0], two.nowNs);
        assertEquals(3, two.client.send(copy, bytes("abc"), NO_FLAGS, two.nowNs).result());
        two.run(2 * DELAY_NS);
        assertEquals(
                3,
                two.server
                        .recv(ends[1], ByteBuffer.allocate(9), NO_FLAGS, two.nowNs)
                        .result());
        two.client.close(copy, two.nowNs);
        two.run(2 * DELAY_NS);
        assertEquals(
                0,
                two.server
                        .recv(ends[1], ByteBuffer.allocate(9), NO_FLAGS, two.nowNs)
                        .result());
    }

    @Test
    void addresses() {
        int fd = two.clientSocket();
        assertEquals(Endpoint.of("0.0.0.0", 0), two.client.getsockname(fd));
        assertNull(two.client.getpeername(fd));
        assertEquals(
                Errno.EADDRNOTAVAIL,
                two.client.bind(fd, Endpoint.of("10.9.9.9", 80)).errno());
        assertEquals(
                Errno.EAFNOSUPPORT, two.client.bind(fd, Endpoint.of("::1", 80)).errno());
        assertEquals(0, two.client.bind(fd, Endpoint.of("10.0.0.1", 4000)).result());
        assertEquals(
                Errno.EINVAL, two.client.bind(fd, Endpoint.of("10.0.0.1", 4001)).errno());
        int other = two.clientSocket();
        assertEquals(
                Errno.EADDRINUSE,
                two.client.bind(other, Endpoint.of("10.0.0.1", 4000)).errno());
        two.client.close(fd, two.nowNs);
        assertEquals(0, two.client.bind(other, Endpoint.of("10.0.0.1", 4000)).result());
    }

    @Test
    void aSocketThatListensInsteadOfConnectingKeepsAddressAndOptions() {
        int fd = two.clientSocket();
        two.client.setsockopt(fd, SocketOption.SO_KEEPALIVE, new long[] {1}, two.nowNs);
        two.client.bind(fd, Endpoint.of("10.0.0.1", 4000));
        assertEquals(0, two.client.listen(fd, 3).result());
        assertEquals(0, two.client.listen(fd, 5).result());
        long[] value = new long[1];
        two.client.getsockopt(fd, SocketOption.SO_ACCEPTCONN, value);
        assertEquals(2, value[0]); // FreeBSD's bit of it
        two.client.getsockopt(fd, SocketOption.SO_KEEPALIVE, value);
        assertEquals(8, value[0]);
        assertEquals(
                List.of(new OpenSocket(fd, TcpState.LISTEN, Endpoint.of("10.0.0.1", 4000), null, 0, 5)),
                two.client.list());
        assertEquals(Errno.EOPNOTSUPP, two.client.connect(fd, SERVER, two.nowNs).errno());
        assertEquals(
                Errno.ENOTCONN, two.client.shutdown(fd, true, true, two.nowNs).errno());
        assertEquals(
                Errno.ENOTCONN,
                two.client.recv(fd, ByteBuffer.allocate(1), NO_FLAGS, two.nowNs).errno());
    }

    @Test
    void whatNeedsAConnectionSaysSo() {
        int fd = two.clientSocket();
        assertEquals(
                Errno.ENOTCONN,
                two.client.recv(fd, ByteBuffer.allocate(1), NO_FLAGS, two.nowNs).errno());
        assertEquals(
                Errno.ENOTCONN,
                two.client.send(fd, bytes("x"), NO_FLAGS, two.nowNs).errno());
        assertEquals(
                Errno.ENOTCONN, two.client.shutdown(fd, false, true, two.nowNs).errno());
        assertEquals(Errno.EINVAL, two.client.accept(fd, false, two.nowNs).errno());
    }

    @Test
    void optionsHoldWhatWasSet() {
        int fd = two.clientSocket();
        long[] one = new long[1];
        long[] pair = new long[2];
        two.client.setsockopt(fd, SocketOption.SO_LINGER, new long[] {1, 5}, two.nowNs);
        two.client.getsockopt(fd, SocketOption.SO_LINGER, pair);
        assertEquals(128, pair[0]);
        assertEquals(5, pair[1]);
        two.client.setsockopt(fd, SocketOption.SO_SNDTIMEO, new long[] {3, 250_000}, two.nowNs);
        two.client.getsockopt(fd, SocketOption.SO_SNDTIMEO, pair);
        assertEquals(3, pair[0]);
        assertEquals(250_000, pair[1]);
        two.client.setsockopt(fd, SocketOption.IP_TOS, new long[] {0x2F}, two.nowNs);
        two.client.getsockopt(fd, SocketOption.IP_TOS, one);
        assertEquals(0x2C, one[0], "the two bits of ECN are TCP's");
        two.client.setsockopt(fd, SocketOption.TCP_KEEPIDLE, new long[] {17}, two.nowNs);
        two.client.getsockopt(fd, SocketOption.TCP_KEEPIDLE, one);
        assertEquals(17, one[0]);
        assertEquals(
                Errno.EINVAL,
                two.client
                        .setsockopt(fd, SocketOption.IP_TTL, new long[] {256}, two.nowNs)
                        .errno());
        assertEquals(
                Errno.ENOPROTOOPT,
                two.client
                        .setsockopt(fd, SocketOption.SO_TYPE, new long[] {1}, two.nowNs)
                        .errno());
        assertEquals(
                Errno.EINVAL,
                two.client
                        .setsockopt(fd, SocketOption.SO_LINGER, new long[] {1}, two.nowNs)
                        .errno());
    }

    @Test
    void kernelsNumberTheirErrorsDifferently() {
        assertEquals(35, PosixProfile.FREEBSD.number(Errno.EAGAIN));
        assertEquals(11, PosixProfile.LINUX.number(Errno.EAGAIN));
        assertEquals(61, PosixProfile.FREEBSD.number(Errno.ECONNREFUSED));
        assertEquals(111, PosixProfile.LINUX.number(Errno.ECONNREFUSED));
    }

    @Test
    void aResetIsToldOnceAndThenTheStreamHasEnded() {
        int[] ends = two.connection();
        two.client.setsockopt(ends[0], SocketOption.SO_LINGER, new long[] {1, 0}, two.nowNs);
        two.client.close(ends[0], two.nowNs);
        two.run(2 * DELAY_NS);
        assertEquals(
                Errno.ECONNRESET,
                two.server
                        .recv(ends[1], ByteBuffer.allocate(9), NO_FLAGS, two.nowNs)
                        .errno());
        assertEquals(
                0,
                two.server
                        .recv(ends[1], ByteBuffer.allocate(9), NO_FLAGS, two.nowNs)
                        .result());
        assertEquals(
                Errno.EPIPE,
                two.server.send(ends[1], bytes("x"), NO_FLAGS, two.nowNs).errno());
    }
}
