package io.sluice.posix;

import static io.sluice.posix.TwoProcesses.DELAY_NS;
import static io.sluice.posix.TwoProcesses.NO_FLAGS;
import static io.sluice.posix.TwoProcesses.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Urgent data: MSG_OOB, SO_OOBINLINE, sockatmark and POLLPRI (RFC 9293 §3.8.5 (MUST-32, MUST-33), RFC 6093). */
final class UrgentDataTest {
    private static final Set<MessageFlag> OOB = Set.of(MessageFlag.MSG_OOB);

    private final TwoProcesses two = new TwoProcesses(PosixProfile.LINUX);
    private final ByteBuffer target = ByteBuffer.allocate(100);

    @AfterEach
    void close() {
        two.close();
    }

    private String read(int fd, Set<MessageFlag> flags) {
        target.clear();
        Call call = two.server.recv(fd, target, flags, two.nowNs);
        assertEquals(target.position(), call.result(), call::toString);
        byte[] octets = new byte[target.position()];
        target.get(0, octets);
        return new String(octets, StandardCharsets.US_ASCII);
    }

    private int events(int fd) {
        PollFd entry = new PollFd(fd, PollEvents.POLLIN | PollEvents.POLLPRI);
        two.server.poll(List.of(entry), 0, two.nowNs);
        return entry.revents();
    }

    private boolean isAtMark(int fd) {
        return two.server.sockatmark(fd).result() == 1;
    }

    @Test
    void theLastOctetIsReadApart() {
        int[] ends = two.connection();
        two.client.send(ends[0], bytes("before!"), OOB, two.nowNs);
        two.client.send(ends[0], bytes("after"), NO_FLAGS, two.nowNs);
        two.run(3 * DELAY_NS);
        assertEquals(PollEvents.POLLIN | PollEvents.POLLPRI, events(ends[1]));
        assertEquals(false, isAtMark(ends[1]));
        assertEquals("before", read(ends[1], NO_FLAGS));
        assertEquals(true, isAtMark(ends[1]));
        assertEquals("!", read(ends[1], Set.of(MessageFlag.MSG_OOB, MessageFlag.MSG_PEEK)));
        assertEquals("!", read(ends[1], OOB));
        assertEquals(PollEvents.POLLIN, events(ends[1]));
        assertEquals("after", read(ends[1], NO_FLAGS));
        assertEquals(false, isAtMark(ends[1]));
    }

    @Test
    void orStaysInLine() {
        int[] ends = two.connection();
        two.server.setsockopt(ends[1], SocketOption.SO_OOBINLINE, new long[] {1}, two.nowNs);
        two.client.send(ends[0], bytes("before!"), OOB, two.nowNs);
        two.client.send(ends[0], bytes("after"), NO_FLAGS, two.nowNs);
        two.run(3 * DELAY_NS);
        assertEquals(
                Errno.EINVAL, two.server.recv(ends[1], target, OOB, two.nowNs).errno());
        assertEquals("before", read(ends[1], NO_FLAGS));
        assertEquals(true, isAtMark(ends[1]));
        assertEquals("!after", read(ends[1], NO_FLAGS));
        assertEquals(false, isAtMark(ends[1]));
        assertEquals(0, events(ends[1]));
    }

    /** A second urgent octet before the first was read: the first stays in the stream (RFC 6093 §3.3). */
    @Test
    void theMarkMovesOn() {
        int[] ends = two.connection();
        two.client.send(ends[0], bytes("a!"), OOB, two.nowNs);
        two.run(3 * DELAY_NS);
        two.client.send(ends[0], bytes("b?"), OOB, two.nowNs);
        two.run(3 * DELAY_NS);
        assertEquals("a!b", read(ends[1], NO_FLAGS));
        assertEquals("?", read(ends[1], OOB));
    }
}
