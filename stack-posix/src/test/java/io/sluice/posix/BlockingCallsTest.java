package io.sluice.posix;

import static io.sluice.posix.TwoProcesses.DELAY_NS;
import static io.sluice.posix.TwoProcesses.MS;
import static io.sluice.posix.TwoProcesses.NO_FLAGS;
import static io.sluice.posix.TwoProcesses.SERVER;
import static io.sluice.posix.TwoProcesses.bytes;
import static io.sluice.posix.TwoProcesses.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that block return undone and are completed when what they wait for happens; others say EAGAIN. */
final class BlockingCallsTest {
    private final TwoProcesses two = new TwoProcesses(PosixProfile.LINUX);

    @AfterEach
    void close() {
        two.close();
    }

    @Test
    void connectAndAcceptWaitForTheHandshake() {
        int listener = two.serverSocket(5);
        Call accept = two.server.accept(listener, false, two.nowNs);
        Call connect = two.client.connect(two.clientSocket(), SERVER, two.nowNs);
        assertFalse(accept.isDone());
        assertFalse(connect.isDone());
        two.run(2 * DELAY_NS - 1);
        assertFalse(connect.isDone());
        two.run(1);
        assertTrue(connect.isDone());
        assertEquals(0, connect.result());
        assertNull(connect.errno());
        assertFalse(accept.isDone());
        two.run(DELAY_NS);
        assertEquals(listener + 1, accept.result());
        assertEquals(SERVER, two.server.getsockname(listener + 1));
    }

    @Test
    void withoutBlockingTheSameCallsSayWhatIsMissing() {
        int listener = two.serverSocket(5);
        two.server.setNonBlocking(listener, true);
        assertEquals(Errno.EAGAIN, two.server.accept(listener, false, two.nowNs).errno());
        int c = two.clientSocket();
        two.client.setNonBlocking(c, true);
        assertEquals(1, two.client.isNonBlocking(c).result());
        assertEquals(Errno.EINPROGRESS, two.client.connect(c, SERVER, two.nowNs).errno());
        assertEquals(Errno.EALREADY, two.client.connect(c, SERVER, two.nowNs).errno());
        assertEquals(
                Errno.EAGAIN,
                two.client.send(c, bytes("early"), NO_FLAGS, two.nowNs).errno());
        two.run(3 * DELAY_NS);
        assertEquals(0, two.client.connect(c, SERVER, two.nowNs).result());
        assertEquals(Errno.EISCONN, two.client.connect(c, SERVER, two.nowNs).errno());
        assertEquals(
                Errno.EAGAIN,
                two.client.recv(c, ByteBuffer.allocate(9), NO_FLAGS, two.nowNs).errno());
    }

    @Test
    void readWaitsForDataAndTakesWhatThereIs() {
        int[] ends = two.connection();
        ByteBuffer into = ByteBuffer.allocate(100);
        Call read = two.server.recv(ends[1], into, NO_FLAGS, two.nowNs);
        assertFalse(read.isDone());
        assertEquals(
                5, two.client.send(ends[0], bytes("hello"), NO_FLAGS, two.nowNs).result());
        two.run(DELAY_NS);
        assertEquals(5, read.result());
        assertEquals("hello", text(into));
    }

    @Test
    void waitAllWaitsForTheWholeBuffer() {
        int[] ends = two.connection();
        ByteBuffer into = ByteBuffer.allocate(10);
        Call read = two.server.recv(ends[1], into, Set.of(MessageFlag.MSG_WAITALL), two.nowNs);
        two.client.setsockopt(ends[0], SocketOption.TCP_NODELAY, new long[] {1}, two.nowNs);
        two.client.send(ends[0], bytes("hello"), NO_FLAGS, two.nowNs);
        two.run(2 * DELAY_NS);
        assertFalse(read.isDone());
        two.client.send(ends[0], bytes("world and more"), NO_FLAGS, two.nowNs);
        two.run(2 * DELAY_NS);
        assertEquals(10, read.result());
        assertEquals("helloworld", text(into));
    }

    @Test
    void peekLeavesTheDataThere() {
        int[] ends = two.connection();
        two.client.send(ends[0], bytes("hello"), NO_FLAGS, two.nowNs);
        two.run(2 * DELAY_NS);
        ByteBuffer peeked = ByteBuffer.allocate(3);
        assertEquals(
                3,
                two.server
                        .recv(ends[1], peeked, Set.of(MessageFlag.MSG_PEEK), two.nowNs)
                        .result());
        ByteBuffer read = ByteBuffer.allocate(10);
        assertEquals(5, two.server.recv(ends[1], read, NO_FLAGS, two.nowNs).result());
        assertEquals("hel", text(peeked));
        assertEquals("hello", text(read));
    }

    @Test
    void writeWaitsForRoomUntilEverythingIsTaken() {
        int[] ends = two.connection();
        two.client.setsockopt(ends[0], SocketOption.SO_SNDBUF, new long[] {5000}, two.nowNs);
        ByteBuffer data = ByteBuffer.allocate(100_000);
        Call write = two.client.send(ends[0], data, NO_FLAGS, two.nowNs);
        assertFalse(write.isDone());
        assertTrue(data.hasRemaining());
        long read = 0;
        while (read < 100_000) {
            Call part = two.server.recv(ends[1], ByteBuffer.allocate(3000), NO_FLAGS, two.nowNs);
            two.run(4 * DELAY_NS);
            assertTrue(part.isDone());
            read += part.result();
        }
        assertEquals(100_000, read);
        assertEquals(100_000, write.result());
    }

    @Test
    void aNonBlockingWriteTakesWhatThereIsRoomFor() {
        int[] ends = two.connection();
        two.client.setNonBlocking(ends[0], true);
        long[] room = new long[1];
        two.client.getsockopt(ends[0], SocketOption.SO_SNDBUF, room);
        ByteBuffer data = ByteBuffer.allocate((int) room[0] + 1000);
        assertEquals(
                room[0], two.client.send(ends[0], data, NO_FLAGS, two.nowNs).result());
        assertEquals(1000, data.remaining());
        assertEquals(
                Errno.EAGAIN,
                two.client.send(ends[0], data, NO_FLAGS, two.nowNs).errno());
    }

    @Test
    void theEndOfTheStreamEndsAWaitingRead() {
        int[] ends = two.connection();
        Call read = two.server.recv(ends[1], ByteBuffer.allocate(9), NO_FLAGS, two.nowNs);
        assertEquals(0, two.client.shutdown(ends[0], false, true, two.nowNs).result());
        two.run(DELAY_NS);
        assertTrue(read.isDone());
        assertEquals(0, read.result());
        assertEquals(
                Errno.EPIPE,
                two.client.send(ends[0], bytes("late"), NO_FLAGS, two.nowNs).errno());
    }

    @Test
    void aReceiveTimeoutEndsAWaitingRead() {
        int[] ends = two.connection();
        two.server.setsockopt(ends[1], SocketOption.SO_RCVTIMEO, new long[] {0, 250_000}, two.nowNs);
        Call read = two.server.recv(ends[1], ByteBuffer.allocate(9), NO_FLAGS, two.nowNs);
        two.run(250 * MS - 1);
        assertFalse(read.isDone());
        two.run(1);
        assertEquals(Errno.EAGAIN, read.errno());
    }

    @Test
    void closingFailsTheCallsThatWait() {
        int[] ends = two.connection();
        Call read = two.server.recv(ends[1], ByteBuffer.allocate(9), NO_FLAGS, two.nowNs);
        two.server.close(ends[1], two.nowNs);
        assertEquals(Errno.EBADF, read.errno());
    }

    @Test
    void aSocketThatWasRefusedConnectsLater() {
        int c = two.clientSocket();
        Call refused = two.client.connect(c, SERVER, two.nowNs);
        two.run(3 * DELAY_NS);
        assertEquals(Errno.ECONNREFUSED, refused.errno());
        int listener = two.serverSocket(5);
        Call connected = two.client.connect(c, SERVER, two.nowNs);
        two.run(3 * DELAY_NS);
        assertEquals(0, connected.result());
        assertNull(connected.errno());
        Call accepted = two.server.accept(listener, false, two.nowNs);
        two.client.send(c, bytes("now"), NO_FLAGS, two.nowNs);
        two.run(3 * DELAY_NS);
        ByteBuffer into = ByteBuffer.allocate(10);
        two.server.recv((int) accepted.result(), into, NO_FLAGS, two.nowNs);
        assertEquals("now", text(into));
    }

    @Test
    void whoWaitsAtAListenerThatIsShutIsTold() {
        int listener = two.serverSocket(5);
        Call waits = two.server.accept(listener, false, two.nowNs);
        assertEquals(0, two.server.shutdown(listener, true, true, two.nowNs).result());
        two.run(0);
        assertEquals(Errno.EINVAL, waits.errno());
        assertEquals(0, two.server.listen(listener, 5).result());
        Call connected = two.client.connect(two.clientSocket(), SERVER, two.nowNs);
        two.run(3 * DELAY_NS);
        assertEquals(0, connected.result());
        assertTrue(two.server.accept(listener, false, two.nowNs).isDone());
    }

    @Test
    void aLingeringCloseWaitsForTheAcknowledgment() {
        int[] ends = two.connection();
        two.client.setsockopt(ends[0], SocketOption.SO_LINGER, new long[] {1, 5}, two.nowNs);
        two.client.send(ends[0], bytes("the last"), NO_FLAGS, two.nowNs);
        Call closed = two.client.close(ends[0], two.nowNs);
        assertFalse(closed.isDone());
        assertEquals(Errno.EBADF, two.client.close(ends[0], two.nowNs).errno());
        two.run(2 * DELAY_NS - 1);
        assertFalse(closed.isDone());
        two.run(1);
        assertTrue(closed.isDone());
        assertEquals(0, closed.result());
        ByteBuffer into = ByteBuffer.allocate(10);
        two.server.recv(ends[1], into, NO_FLAGS, two.nowNs);
        assertEquals("the last", text(into));
    }

    @Test
    void aLingeringCloseWaitsNoLongerThanItWasTold() {
        int[] ends = two.connection();
        two.client.setsockopt(ends[0], SocketOption.SO_LINGER, new long[] {1, 2}, two.nowNs);
        two.cut = true;
        two.client.send(ends[0], bytes("lost"), NO_FLAGS, two.nowNs);
        Call closed = two.client.close(ends[0], two.nowNs);
        two.run(2000 * MS - 1);
        assertFalse(closed.isDone());
        two.run(1);
        assertEquals(0, closed.result());
        assertTrue(closed.isDone());
        two.cut = false; // and it is still sent
        two.run(5000 * MS);
        ByteBuffer into = ByteBuffer.allocate(10);
        two.server.recv(ends[1], into, NO_FLAGS, two.nowNs);
        assertEquals("lost", text(into));
    }
}
