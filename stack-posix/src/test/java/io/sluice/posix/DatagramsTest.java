package io.sluice.posix;

import static io.sluice.posix.TwoProcesses.DELAY_NS;
import static io.sluice.posix.TwoProcesses.NO_FLAGS;
import static io.sluice.posix.TwoProcesses.SERVER;
import static io.sluice.posix.TwoProcesses.bytes;
import static io.sluice.posix.TwoProcesses.text;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.udp.SendOptions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SOCK_DGRAM: what is looked at stays, and what ICMP says is the pending error. */
final class DatagramsTest {
    private final TwoProcesses two = new TwoProcesses(PosixProfile.LINUX);
    private final int from = (int) two.client.datagrams().socket(false, true).result();

    @AfterEach
    void close() {
        two.close();
    }

    private void send(String text) {
        Call sent = two.client.datagrams().sendto(from, bytes(text), NO_FLAGS, SERVER, SendOptions.NONE, two.nowNs);
        assertEquals(text.length(), sent.result());
        two.run(3 * DELAY_NS);
    }

    @Test
    void whatIsLookedAtStays() {
        DatagramSockets there = two.server.datagrams();
        int to = (int) there.socket(false, true).result();
        there.bind(to, SERVER);
        send("one");
        send("two");
        for (String expected : new String[] {"one", "two"}) {
            for (Set<MessageFlag> flags : List.of(Set.of(MessageFlag.MSG_PEEK), NO_FLAGS)) {
                ByteBuffer into = ByteBuffer.allocate(10);
                assertEquals(3, there.recvfrom(to, into, flags, two.nowNs).result());
                assertEquals(expected, text(into));
            }
        }
        Call none = there.recvfrom(to, ByteBuffer.allocate(1), Set.of(MessageFlag.MSG_PEEK), two.nowNs);
        assertEquals(Errno.EAGAIN, none.errno());
    }

    @Test
    void theErrorThatIsPendingIsToldOnce() {
        two.client.datagrams().connect(from, SERVER, two.nowNs);
        send("nobody is there");
        long[] error = new long[1];
        two.client.datagrams().getsockopt(from, SocketOption.SO_ERROR, error);
        assertEquals(PosixProfile.LINUX.number(Errno.ECONNREFUSED), error[0]);
        two.client.datagrams().getsockopt(from, SocketOption.SO_ERROR, error);
        assertEquals(0, error[0]);
    }
}
