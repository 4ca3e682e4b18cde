package io.sluice.packetdrill.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No argument of a call is ignored: what cannot be done, and what is not as the script says, fails with the reason. */
final class CallArgumentsTest {
    private static final String BEFORE =
            """
             0    socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
            +0    bind(3, ..., ...) = 0
            +0    listen(3, 1) = 0
            +0    < S 0:0(0) win 65535 <mss 1000>
            +0    > S. 0:0(0) ack 1 <mss 1460>
            +0.1  < . 1:1(0) ack 1 win 8000
            +0    accept(3, {sa_family=AF_INET, sin_port=..., sin_addr=inet_addr("192.0.2.1")}, [16]) = 4
            +0.1  < P. 1:11(10) ack 1 win 8000
            +0    > . 1:1(0) ack 11
            +0    socket(..., SOCK_DGRAM, IPPROTO_UDP) = 5
            +0    bind(5, ..., ...) = 0
            +0    < udp 4000 > 8080 (10)
            """;

    private static final int LINE = 13;

    private static RunResult run(String call) {
        return Runs.run(Personality.linux(), BEFORE + "+0    " + call + "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
            # right ; wrong ; message
            socket(..., SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP) = 6 ; socket(..., SOCK_STREAM|SOCK_RAW, IPPROTO_TCP) = 6 ; SOCK_RAW is not supported
            socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP) = 6 ; socket(AF_UNIX, SOCK_STREAM, 0) = 6 ; only AF_INET and AF_INET6
            socket(..., SOCK_STREAM, 0) = 6 ; socket(..., SOCK_STREAM, IPPROTO_UDP) = 6 ; EPROTONOSUPPORT
            socket(..., SOCK_DGRAM, IPPROTO_UDP) = 6 ; socket(..., SOCK_DGRAM, IPPROTO_MPTCP) = 6 ; Multipath
            close(4) = 0 ; close(4, 5) = 0 ; takes 1 arguments, not 2
            fcntl(4, F_DUPFD, 20) = 20 ; fcntl(4, F_DUPFD, 20) = 19 ; returned 20
            fcntl(4, F_DUPFD, 20) = 20 ; fcntl(4, F_DUPFD) = 6 ; takes an argument
            fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0 ; fcntl(4, F_SETFL, 0x2000) = 0 ; only O_NONBLOCK
            dup3(4, 9, O_CLOEXEC) = 9 ; dup3(4, 9, O_NONBLOCK) = 9 ; O_NONBLOCK is not supported
            fcntl(3, F_GETFD) = 0 ; accept4(3, ..., ..., SOCK_STREAM) = 6 ; SOCK_STREAM is not supported
            pipe2([6, 7], O_NONBLOCK|O_CLOEXEC) = 0 ; pipe2([6, 7], O_DIRECT) = 0 ; O_DIRECT is not supported
            pipe([6, 7]) = 0 ; pipe([6]) = 0 ; two ends
            epoll_create(1) = 6 ; epoll_create(0) = 6 ; EINVAL
            epoll_create1(EPOLL_CLOEXEC) = 6 ; epoll_create1(O_NONBLOCK) = 6 ; O_NONBLOCK is not supported
            poll([{fd=4, events=POLLIN, revents=POLLIN}], 1, 0) = 1 ; poll([{fd=4, events=POLLIN, revents=POLLIN}], 2, 0) = 1 ; there are 1 entries
            poll([{fd=4, events=POLLIN, revents=0}], 0, 0) = 0 ; poll([{fd=4, events=POLLIN, revents=POLLIN}], 0, 0) = 1 ; expected 1
            shutdown(4, SHUT_WR) = 0 ; shutdown(4, 3) = 0 ; EINVAL
            setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0 ; setsockopt(4, SOL_SOCKET, TCP_NODELAY, [1], 4) = 0 ; IPPROTO_TCP
            setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0 ; setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 3) = 0 ; EINVAL
            setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0 ; setsockopt(4, SOL_TCP, TCP_NODELAY, [1, 1], 8) = 0 ; number of values
            setsockopt(4, SOL_TCP, TCP_CONGESTION, "cubic", 5) = 0 ; setsockopt(4, SOL_TCP, TCP_CONGESTION, "cubic", 4) = 0 ; ENOENT
            getsockopt(4, SOL_TCP, TCP_NODELAY, [0], [4]) = 0 ; getsockopt(4, SOL_TCP, TCP_NODELAY, [0], [8]) = 0 ; the length is 4
            getsockopt(4, SOL_TCP, TCP_CONGESTION, "cubic", [6]) = 0 ; getsockopt(4, SOL_TCP, TCP_CONGESTION, "reno", [6]) = 0 ; is cubic
            getpeername(4, ..., [16]) = 0 ; getpeername(4, ..., [28]) = 0 ; the length is 16
            bind(4, ..., 16) = -1 EINVAL ; connect(3, ..., 8) = 0 ; EINVAL
            connect(5, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("192.0.2.1")}, ...) = 0 ; connect(5, {sa_family=AF_INET6, sin_port=htons(9), sin_addr=inet_addr("192.0.2.1")}, ...) = 0 ; another family
            connect(5, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("192.0.2.1")}, ...) = 0 ; connect(5, {sa_family=AF_INET, sin_zero=0, sin_addr=inet_addr("192.0.2.1")}, ...) = 0 ; no such field
            read(4, "\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0", 20) = 10 ; read(4, "\\0\\0\\0\\0\\0\\0\\0\\0\\0", 20) = 10 ; another length: 10
            recv(4, ..., 20, MSG_ERRQUEUE) = -1 EAGAIN ; recv(4, ..., 20, MSG_ERRQUEUE) = 10 ; EAGAIN
            recvfrom(5, ..., 20, 0, {sa_family=AF_INET, sin_port=htons(4000), sin_addr=inet_addr("192.0.2.1")}, [16]) = 10 ; recvfrom(5, ..., 20, 0, {sa_family=AF_INET, sin_port=htons(4001), sin_addr=inet_addr("192.0.2.1")}, [16]) = 10 ; expected
            recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 20}], msg_flags=0}, 0) = 10 ; recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 20}], msg_flags=MSG_TRUNC}, 0) = 10 ; msg_flags
            recvmsg(4, {msg_name(...)=..., msg_iov(2)=[{..., 4}, {..., 4}], msg_flags=0}, 0) = 8 ; recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 4}, {..., 4}], msg_flags=0}, 0) = 8 ; there are 2
            readv(4, [{..., 4}, {"\\0\\0", 2}], 2) = 6 ; readv(4, [{..., 4}, {"\\0a", 2}], 2) = 6 ; differs at octet 1
            writev(4, [{..., 4}, {..., 2}], 2) = 6 ; writev(4, [{..., 4}, {..., 2}], 1) = 6 ; there are 2
            sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 5}], msg_flags=0}, 0) = 5 ; sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 5}], msg_flags=0, msg_control=[{cmsg_level=SOL_SOCKET, cmsg_type=SO_TIMESTAMPING, cmsg_data=4096}]}, 0) = 5 ; EINVAL
            read(5, ..., 20) = 10 ; sendto(5, ..., 5, MSG_MORE, ..., ...) = 5 ; not supported with datagrams
            """)
    void wrong(String right, String wrong, String message) {
        RunResult asWritten = run(right);
        assertTrue(asWritten.passed(), () -> asWritten.failure().orElse(""));
        RunResult result = run(wrong);
        String failure = result.failure().orElse("");
        assertFalse(result.passed(), wrong);
        assertTrue(failure.contains(message), failure);
        assertEquals(LINE, result.position() == null ? 0 : result.position().line(), failure);
    }
}
