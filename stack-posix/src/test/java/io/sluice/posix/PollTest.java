package io.sluice.posix;

import static io.sluice.posix.TwoProcesses.DELAY_NS;
import static io.sluice.posix.TwoProcesses.MS;
import static io.sluice.posix.TwoProcesses.NO_FLAGS;
import static io.sluice.posix.TwoProcesses.SERVER;
import static io.sluice.posix.TwoProcesses.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.posix.PosixSockets.EpollOperation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** poll, and epoll in its three ways to tell. */
final class PollTest {
    private final TwoProcesses two = new TwoProcesses(PosixProfile.LINUX);

    @AfterEach
    void close() {
        two.close();
    }

    private void clientSends(int fd, String text) {
        two.client.send(fd, bytes(text), NO_FLAGS, two.nowNs);
        two.run(3 * DELAY_NS);
    }

    private void serverReads(int fd, int bytes) {
        assertEquals(
                bytes,
                two.server
                        .recv(fd, ByteBuffer.allocate(bytes), NO_FLAGS, two.nowNs)
                        .result());
    }

    @Test
    void pollTellsWhatCanBeDone() {
        int[] ends = two.connection();
        PollFd readable = new PollFd(ends[1], PollEvents.POLLIN);
        PollFd writable = new PollFd(ends[1], PollEvents.POLLOUT);
        PollFd nobody = new PollFd(99, PollEvents.POLLIN);
        PollFd ignored = new PollFd(-1, PollEvents.POLLIN);
        List<PollFd> all = List.of(readable, writable, nobody, ignored);
        assertEquals(2, two.server.poll(all, 0, two.nowNs).result());
        assertEquals(0, readable.revents());
        assertEquals(PollEvents.POLLOUT, writable.revents());
        assertEquals(PollEvents.POLLNVAL, nobody.revents());
        assertEquals(0, ignored.revents());
    }

    @Test
    void aNewSocketIsHungUpUnderLinuxAndNotUnderFreeBsd() {
        assertEquals(PollEvents.POLLHUP | PollEvents.POLLOUT, eventsOfNewSocket(two));
        try (TwoProcesses bsd = new TwoProcesses(PosixProfile.FREEBSD)) {
            assertEquals(0, eventsOfNewSocket(bsd));
        }
    }

    @Test
    void afterAConnectThatFailedASocketIsAsNewUnderLinux() {
        int fd = (int) two.client.socket(false, false).result();
        Call connect = two.client.connect(fd, SERVER, two.nowNs);
        two.run(3 * DELAY_NS);
        assertEquals(Errno.ECONNREFUSED, connect.errno());
        Call read = two.client.recv(fd, ByteBuffer.allocate(1), NO_FLAGS, two.nowNs);
        assertEquals(Errno.ENOTCONN, read.errno());
        PollFd all = new PollFd(fd, PollEvents.POLLIN | PollEvents.POLLOUT | PollEvents.POLLRDHUP);
        two.client.poll(List.of(all), 0, two.nowNs);
        assertEquals(PollEvents.POLLHUP | PollEvents.POLLOUT, all.revents());
    }

    private static int eventsOfNewSocket(TwoProcesses processes) {
        int fd = (int) processes.client.socket(false, false).result();
        PollFd all = new PollFd(fd, PollEvents.POLLIN | PollEvents.POLLOUT | PollEvents.POLLRDHUP);
        processes.client.poll(List.of(all), 0, processes.nowNs);
        return all.revents();
    }

    @Test
    void pollWaitsUntilSomethingHappensOrTimeIsUp() {
        int[] ends = two.connection();
        PollFd readable = new PollFd(ends[1], PollEvents.POLLIN);
        Call early = two.server.poll(List.of(readable), 50, two.nowNs);
        assertFalse(early.isDone());
        two.run(50 * MS);
        assertTrue(early.isDone());
        assertEquals(0, early.result());
        Call later = two.server.poll(List.of(readable), -1, two.nowNs);
        two.run(5_000 * MS);
        assertFalse(later.isDone());
        clientSends(ends[0], "x");
        assertEquals(1, later.result());
        assertEquals(PollEvents.POLLIN, readable.revents());
    }

    @Test
    void pollTellsOfTheEnd() {
        int[] ends = two.connection();
        two.client.close(ends[0], two.nowNs);
        two.run(3 * DELAY_NS);
        PollFd entry = new PollFd(ends[1], PollEvents.POLLIN | PollEvents.POLLRDHUP);
        assertEquals(1, two.server.poll(List.of(entry), 0, two.nowNs).result());
        assertEquals(PollEvents.POLLIN | PollEvents.POLLRDHUP, entry.revents());
        two.server.close(ends[1], two.nowNs);
        two.run(3 * DELAY_NS);
        assertEquals(1, two.server.poll(List.of(entry), 0, two.nowNs).result());
        assertEquals(PollEvents.POLLNVAL, entry.revents());
    }

    @Test
    void aRefusedConnectionIsAnErrorAndHangsUp() {
        int c = two.clientSocket();
        two.client.setNonBlocking(c, true);
        two.client.connect(c, SERVER, two.nowNs);
        PollFd entry = new PollFd(c, PollEvents.POLLOUT);
        Call poll = two.client.poll(List.of(entry), -1, two.nowNs);
        two.run(3 * DELAY_NS);
        assertEquals(1, poll.result());
        assertEquals(PollEvents.POLLOUT | PollEvents.POLLERR | PollEvents.POLLHUP, entry.revents());
        long[] error = new long[1];
        two.client.getsockopt(c, SocketOption.SO_ERROR, error);
        assertEquals(two.client.profile().number(Errno.ECONNREFUSED), error[0]);
        two.client.getsockopt(c, SocketOption.SO_ERROR, error);
        assertEquals(0, error[0]);
    }

    private int epoll(int fd, int events) {
        int epoll = (int) two.server.epollCreate().result();
        assertEquals(
                0,
                two.server
                        .epollCtl(epoll, EpollOperation.EPOLL_CTL_ADD, fd, new EpollEvent(events, 77))
                        .result());
        return epoll;
    }

    /** What epoll_wait tells now. */
    private List<EpollEvent> told(int epoll) {
        List<EpollEvent> events = new ArrayList<>();
        Call wait = two.server.epollWait(epoll, events, 10, 0, two.nowNs);
        assertTrue(wait.isDone());
        assertEquals(wait.result(), events.size());
        return events;
    }

    private static final List<EpollEvent> READABLE = List.of(new EpollEvent(PollEvents.POLLIN, 77));

    @Test
    void levelTriggeredTellsAsLongAsItIsSo() {
        int[] ends = two.connection();
        int epoll = epoll(ends[1], PollEvents.POLLIN);
        assertEquals(List.of(), told(epoll));
        clientSends(ends[0], "abc");
        assertEquals(READABLE, told(epoll));
        assertEquals(READABLE, told(epoll));
        serverReads(ends[1], 1);
        assertEquals(READABLE, told(epoll));
        serverReads(ends[1], 2);
        assertEquals(List.of(), told(epoll));
    }

    @Test
    void edgeTriggeredTellsWhenSomethingHappens() {
        int[] ends = two.connection();
        int epoll = epoll(ends[1], PollEvents.POLLIN | EpollEvent.EPOLLET);
        assertEquals(List.of(), told(epoll));
        clientSends(ends[0], "abc");
        assertEquals(READABLE, told(epoll));
        assertEquals(List.of(), told(epoll));
        serverReads(ends[1], 1);
        assertEquals(List.of(), told(epoll));
        clientSends(ends[0], "def");
        assertEquals(READABLE, told(epoll));
        assertEquals(List.of(), told(epoll));
    }

    @Test
    void oneShotTellsOnceUntilItIsArmedAgain() {
        int[] ends = two.connection();
        int epoll = epoll(ends[1], PollEvents.POLLIN | EpollEvent.EPOLLONESHOT);
        clientSends(ends[0], "abc");
        assertEquals(READABLE, told(epoll));
        clientSends(ends[0], "def");
        assertEquals(List.of(), told(epoll));
        two.server.epollCtl(epoll, EpollOperation.EPOLL_CTL_MOD, ends[1], new EpollEvent(PollEvents.POLLIN, 77));
        assertEquals(READABLE, told(epoll));
    }

    @Test
    void epollWaitBlocks() {
        int[] ends = two.connection();
        int epoll = epoll(ends[1], PollEvents.POLLIN);
        List<EpollEvent> events = new ArrayList<>();
        Call wait = two.server.epollWait(epoll, events, 10, -1, two.nowNs);
        assertFalse(wait.isDone());
        clientSends(ends[0], "abc");
        assertEquals(1, wait.result());
        assertEquals(READABLE, events);
    }

    @Test
    void whatIsClosedIsNotWatchedAnyMore() {
        int[] ends = two.connection();
        int epoll = epoll(ends[1], PollEvents.POLLIN);
        clientSends(ends[0], "abc");
        two.server.close(ends[1], two.nowNs);
        assertEquals(List.of(), told(epoll));
    }

    @Test
    void epollCtlKnowsItsMistakes() {
        int[] ends = two.connection();
        int epoll = epoll(ends[1], PollEvents.POLLIN);
        EpollEvent event = new EpollEvent(PollEvents.POLLIN, 1);
        assertEquals(
                Errno.EEXIST,
                two.server
                        .epollCtl(epoll, EpollOperation.EPOLL_CTL_ADD, ends[1], event)
                        .errno());
        assertEquals(
                Errno.EBADF,
                two.server
                        .epollCtl(epoll, EpollOperation.EPOLL_CTL_ADD, 99, event)
                        .errno());
        assertEquals(
                Errno.EINVAL,
                two.server
                        .epollCtl(ends[1], EpollOperation.EPOLL_CTL_ADD, epoll, event)
                        .errno());
        assertEquals(
                0,
                two.server
                        .epollCtl(epoll, EpollOperation.EPOLL_CTL_DEL, ends[1], event)
                        .result());
        assertEquals(
                Errno.ENOENT,
                two.server
                        .epollCtl(epoll, EpollOperation.EPOLL_CTL_DEL, ends[1], event)
                        .errno());
    }

    @Test
    void selectLeavesWhatIsReady() {
        int[] ends = two.connection();
        SelectSets sets = new SelectSets();
        sets.read.set(ends[1]);
        sets.write.set(ends[1]);
        assertEquals(1, two.server.select(64, sets, -1, two.nowNs).result());
        assertTrue(sets.read.isEmpty() && sets.write.get(ends[1]));
        sets.read.set(ends[1]);
        sets.write.clear();
        Call waits = two.server.select(64, sets, -1, two.nowNs);
        Call late = two.server.select(64, sets.below(64), 5, two.nowNs);
        two.run(5 * MS);
        assertFalse(waits.isDone());
        assertEquals(0, late.result());
        assertTrue(late.isDone());
        clientSends(ends[0], "x");
        assertEquals(1, waits.result());
        assertTrue(sets.read.get(ends[1]));
        sets.read.set(99);
        assertEquals(Errno.EBADF, two.server.select(100, sets, 0, two.nowNs).errno());
        assertEquals(1, two.server.select(99, sets, 0, two.nowNs).result());
        assertEquals(Errno.EINVAL, two.server.select(-1, sets, 0, two.nowNs).errno());
    }
}
