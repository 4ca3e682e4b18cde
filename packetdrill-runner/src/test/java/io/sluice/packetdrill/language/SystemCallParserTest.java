package io.sluice.packetdrill.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** System calls and every kind of argument. */
final class SystemCallParserTest {
    @Test
    void resultErrorAndNote() throws ScriptSyntaxException {
        SystemCall call = Parsing.systemCall("read (4, ..., 10) = -1 EAGAIN (Resource  temporarily\n unavailable)");
        assertEquals("read", call.name());
        assertEquals(3, call.arguments().size());
        assertEquals(-1, ((Expression.IntegerValue) call.result()).value());
        assertEquals(Optional.of("EAGAIN"), call.error());
        assertEquals(Optional.of("Resource temporarily unavailable"), call.note());
        assertFalse(call.isBlocking());
        assertEquals(
                Optional.of("EPIPE"),
                Parsing.systemCall("write(4, ..., 1) = -1 EPIPE(Broken Pipe)").error());
        assertEquals(
                Optional.empty(), Parsing.systemCall("read(4, ..., 1) = -1").error());
        SystemCall flags = Parsing.systemCall("fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)");
        assertEquals(Optional.empty(), flags.error());
        assertEquals(Optional.of("flags O_RDWR"), flags.note());
        assertTrue(((Expression.IntegerValue) flags.result()).hexadecimal());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "getpid() = 7",
                "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3",
                "fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK|0x4) = 0",
                "setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0",
                "setsockopt(3, IPPROTO_TCP, TCP_FUNCTION_BLK, {function_set_name=\"rack\", pcbcnt=0}, 36) = 0",
                "setsockopt(3, IPPROTO_TCP, TCP_FASTOPEN, {enable=1, psk=...}, 20) = 0",
                "bind(3, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr(\"192.168.0.1\")}, ...) = 0",
                "connect(3, {sa_family=AF_INET6, sin_port=htons(80), sin_addr=inet6_addr(\"::1\")}, ...) = 0",
                "poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLOUT}], 1, 100) = 1",
                "epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLOUT|EPOLLET, fd=4}) = 0",
                "epoll_wait(5, {events=0, ptr=0}, 1, 0) = 0",
                "writev(4, [{..., 1000}, {..., 2000}], 2) = 3000",
                "sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 100}], msg_flags=0}, MSG_MORE) = 100",
                "recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 0}], msg_flags=MSG_ERRQUEUE,"
                        + " msg_control=[{cmsg_level=SOL_IP, cmsg_type=IP_RECVERR, cmsg_data={ee_errno=0, ee_origin=5,"
                        + " ee_type=0, ee_code=1, ee_info=0, ee_data=2}}]}, MSG_ERRQUEUE) = 0",
                "recvmsg(4, {msg_control=[]}, 0) = -1 EAGAIN (again)",
                "open(\"/tmp/a \\\"b\\\"\\n\\x01\", O_RDONLY) = 5",
                "write(4, \"GET\"..., 1000) = 1000",
                "sendfile(4, 5, [0], 10) = 10",
                "ioctl(3, SIOCINQ, [1000]) = 0",
                "getsockopt(3, SOL_IP, IP_RECVERR, {(label 0, tc 0, [S], ttl 64)(label 1, tc 2, ttl 3)}, 8) = 0",
                "getsockopt(3, SOL_IP, 1, {flags 0x2000, sum 0, off 0, key=5, seq 0}, 8) = 0",
                "sendto(4, NULL, 0, MSG_FASTOPEN, ..., ...) = -1",
            })
    void callsSurvivePrinting(String text) throws ScriptSyntaxException {
        assertEquals("+0 " + text + "\n", Parsing.printed("+0 " + text));
    }

    @Test
    void stringsResolveEscapesAndJoin() throws ScriptSyntaxException {
        SystemCall call = Parsing.systemCall("write(4, \"a\\tb\" \"\\x00c\"..., 5) = 5");
        Expression.StringValue string =
                (Expression.StringValue) call.arguments().get(1);
        assertEquals("a\tb\0c", string.value());
        assertTrue(string.openEnded());
    }

    @Test
    void structsFindTheirFields() throws ScriptSyntaxException {
        SystemCall call = Parsing.systemCall("f({a=1, b(2)=[3], {..., 4}}) = ...");
        Expression.Struct struct = (Expression.Struct) call.arguments().get(0);
        assertTrue(struct.field("a").orElseThrow() instanceof Expression.IntegerValue);
        assertTrue(struct.field("b").orElseThrow() instanceof Expression.Array);
        assertTrue(struct.fields().get(1).length().isPresent());
        assertTrue(struct.fields().get(2).name().isEmpty());
        assertTrue(struct.field("c").isEmpty());
        assertTrue(call.result() instanceof Expression.Ellipsis);
    }

    @Test
    void hexadecimalNumbersUseAll64Bits() throws ScriptSyntaxException {
        SystemCall call = Parsing.systemCall("f(0xffffffffffffffff) = 0xffffffff");
        assertEquals(-1L, ((Expression.IntegerValue) call.arguments().get(0)).value());
        assertEquals(0xFFFF_FFFFL, ((Expression.IntegerValue) call.result()).value());
    }
}
