package io.sluice.posix;

import static io.sluice.posix.TwoProcesses.DELAY_NS;
import static io.sluice.posix.TwoProcesses.NO_FLAGS;
import static io.sluice.posix.TwoProcesses.bytes;
import static io.sluice.posix.TwoProcesses.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.posix.PosixSockets.EpollOperation;
import io.sluice.posix.Transfers.Offsets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pipes and {@code splice}: who waits for what, who is woken, and that no octet is lost or doubled. */
final class PipesTest {
    private static final Offsets NO_OFFSETS = new Offsets(Offsets.NONE, Offsets.NONE);
    private static final int CAPACITY = 65_536;

    private final TwoProcesses two = new TwoProcesses(PosixProfile.LINUX);
    private final PosixSockets client = two.client;
    private final PosixSockets server = two.server;
    private final Transfers transfers = server.transfers();

    /** The client's end of a connection, and the server's. */
    private int far;

    private int near;

    @BeforeEach
    void connect() {
        int[] ends = two.connection();
        far = ends[0];
        near = ends[1];
    }

    @AfterEach
    void close() {
        two.close();
    }

    private int[] pipe() {
        int[] ends = new int[2];
        assertEquals(0, transfers.pipe(ends).result());
        return ends;
    }

    private Call splice(int in, int out, long count) {
        return transfers.splice(in, out, NO_OFFSETS, count, false, false, two.nowNs);
    }

    private int file(String name, String content) {
        server.files().write(name, content.getBytes(StandardCharsets.US_ASCII));
        return (int) server.open(name).result();
    }

    /** What comes within a second. */
    private String received() {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            two.run(10 * DELAY_NS);
            ByteBuffer into = ByteBuffer.allocate(CAPACITY);
            client.recv(far, into, Set.of(MessageFlag.MSG_DONTWAIT), two.nowNs);
            all.append(text(into));
        }
        return all.toString();
    }

    @Test
    void whatASocketBringsLateFindsTheRoomThatIsLeft() {
        int[] p = pipe();
        Call late = splice(near, p[1], CAPACITY);
        assertFalse(late.isDone());
        int file = file("x", "x".repeat(CAPACITY - 5));
        assertEquals(CAPACITY - 5, splice(file, p[1], CAPACITY).result());
        client.send(far, bytes("0123456789"), NO_FLAGS, two.nowNs);
        two.run(3 * DELAY_NS);
        assertTrue(late.isDone());
        assertEquals(5, late.result());
        Call drained = splice(p[0], near, CAPACITY);
        String all = received();
        assertEquals("x".repeat(CAPACITY - 5), all.substring(0, CAPACITY - 5));
        assertEquals("01234", all.substring(CAPACITY - 5));
        assertEquals(CAPACITY, drained.result());
        ByteBuffer rest = ByteBuffer.allocate(10);
        assertEquals(5, server.recv(near, rest, NO_FLAGS, two.nowNs).result());
        assertEquals("56789", text(rest));
    }

    @Test
    void whoWaitsForAPipeIsWoken() {
        int[] p = pipe();
        Call empty = splice(p[0], near, 100);
        assertFalse(empty.isDone());
        assertEquals(3, splice(file("f", "abc"), p[1], 100).result());
        two.run(0);
        assertEquals(3, empty.result());
        assertEquals("abc", received());
        assertEquals(
                CAPACITY,
                splice(file("x", "x".repeat(CAPACITY)), p[1], CAPACITY).result());
        Call full = splice(file("g", "def"), p[1], 100);
        two.run(DELAY_NS);
        assertFalse(full.isDone());
        splice(p[0], near, 1000);
        two.run(0);
        assertEquals(3, full.result());
    }

    @Test
    void theEndOfAPipeIsTheEnd() {
        int[] p = pipe();
        Call waits = splice(p[0], near, 100);
        server.close(p[1], two.nowNs);
        two.run(0);
        assertTrue(waits.isDone());
        assertEquals(0, waits.result());
        PollFd end = new PollFd(p[0], PollEvents.POLLIN);
        assertEquals(1, server.poll(List.of(end), 0, two.nowNs).result());
        assertEquals(PollEvents.POLLHUP, end.revents());
    }

    @Test
    void aPipeThatNobodyReadsIsBroken() {
        int[] p = pipe();
        assertEquals(
                CAPACITY,
                splice(file("x", "x".repeat(CAPACITY)), p[1], CAPACITY).result());
        int g = file("g", "def");
        Call waits = splice(g, p[1], 100);
        server.close(p[0], two.nowNs);
        two.run(0);
        assertEquals(Errno.EPIPE, waits.errno());
        assertEquals(Errno.EPIPE, splice(g, p[1], 100).errno());
        PollFd end = new PollFd(p[1], PollEvents.POLLOUT);
        assertEquals(1, server.poll(List.of(end), 0, two.nowNs).result());
        assertEquals(PollEvents.POLLERR, end.revents());
    }

    @Test
    void epollAndPollHearOfAPipe() {
        int[] p = pipe();
        int epoll = (int) server.epollCreate().result();
        server.epollCtl(epoll, EpollOperation.EPOLL_CTL_ADD, p[0], new EpollEvent(PollEvents.POLLIN, 7));
        List<EpollEvent> events = new ArrayList<>();
        Call epollWaits = server.epollWait(epoll, events, 4, -1, two.nowNs);
        PollFd end = new PollFd(p[0], PollEvents.POLLIN);
        Call pollWaits = server.poll(List.of(end), -1, two.nowNs);
        two.run(DELAY_NS);
        assertFalse(epollWaits.isDone() || pollWaits.isDone());
        splice(file("f", "abc"), p[1], 100);
        two.run(0);
        assertEquals(1, epollWaits.result());
        assertEquals(7, events.get(0).data());
        assertEquals(1, pollWaits.result());
    }

    @Test
    void octetsGoFromPipeToPipeAndOnlyThroughTheRightEnds() {
        int[] p = pipe();
        int[] q = pipe();
        splice(file("f", "abcdef"), p[1], 100);
        assertEquals(4, splice(p[0], q[1], 4).result());
        assertEquals(Errno.EINVAL, splice(p[0], p[1], 4).errno());
        assertEquals(Errno.EBADF, splice(p[1], q[1], 4).errno());
        assertEquals(Errno.EBADF, splice(p[0], q[0], 4).errno());
        splice(q[0], near, 100);
        splice(p[0], near, 100);
        assertEquals("abcdef", received());
    }

    /** The peer's window closes on the way: what has not left is sent by the next call, and nothing twice. */
    @Test
    void aFileIsSentFromWhereTheLastCallEnded() {
        char[] content = new char[3_000_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (char) ('a' + i % 23);
        }
        int file = file("large", new String(content));
        server.setNonBlocking(near, true);
        StringBuilder all = new StringBuilder();
        int stopped = 0;
        for (int turn = 0; turn < 1000 && all.length() < content.length; turn++) {
            Call sent = transfers.sendfile(near, file, -1, content.length, two.nowNs);
            stopped += sent.result() < content.length ? 1 : 0;
            all.append(received());
        }
        assertTrue(stopped > 1);
        assertTrue(Arrays.equals(content, all.toString().toCharArray()));
    }
}
