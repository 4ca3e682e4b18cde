package io.sluice.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.host.TestLink;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Answers first, then every socket its share; a busy link stops nobody but those who use it. */
final class TransmitRingTest {
    private static final int ALL = Integer.MAX_VALUE;

    private final Counters counters = new Counters();
    private final TransmitRing ring = new TransmitRing(counters, 4);
    private final TestLink one = new TestLink("one");
    private final TestLink two = new TestLink("two");

    /** Sends packets of a size until it has sent as many as it has. */
    private static class Sender extends Transmittable {
        final Link link;
        final int length;
        int left;
        int visits;
        boolean addsItself;

        Sender(Link link, int length, int left) {
            this.link = link;
            this.length = length;
            this.left = left;
        }

        @Override
        protected Outcome transmit(TransmitRing out, int budgetBytes, long nowNs) {
            visits++;
            int sent = 0;
            while (left > 0) {
                if (sent >= budgetBytes) {
                    return Outcome.MORE;
                }
                if (addsItself) {
                    out.add(this);
                }
                OutboundPacket packet = out.begin();
                packet.addSlice(Unpooled.buffer(length).writeZero(length), 0, length);
                if (out.emit(link, packet, nowNs) == EmitResult.BUSY) {
                    return Outcome.BLOCKED;
                }
                left--;
                sent += length;
            }
            return Outcome.DONE;
        }
    }

    private Sender sender(Link link, int length, int packets) {
        Sender s = new Sender(link, length, packets);
        ring.add(s);
        return s;
    }

    private void control(Link link, int octet) {
        ring.control(link, Unpooled.buffer(1).writeByte(octet));
    }

    private static List<Integer> firstOctets(TestLink link) {
        return link.take().stream().map(p -> (int) p[0]).toList();
    }

    @Test
    void answersGoFirst() {
        sender(one, 10, 1);
        control(one, 1);
        control(one, 2);
        assertFalse(ring.run(ALL, 0));
        assertEquals(List.of(1, 2, 0), firstOctets(one));
        assertFalse(ring.hasWork());
        assertEquals(3, counters.get(Counter.PACKETS_OUT));
        assertEquals(12, counters.get(Counter.BYTES_OUT));
    }

    /** What a socket causes while it sends leaves before the next socket's data, and at the latest with the run. */
    @Test
    void questionsDoNotWaitBehindData() {
        ring.add(new Sender(one, 10, 1) {
            @Override
            protected Outcome transmit(TransmitRing out, int budgetBytes, long nowNs) {
                control(one, 1);
                return super.transmit(out, budgetBytes, nowNs);
            }
        });
        sender(one, 10, 3);
        assertFalse(ring.run(ALL, 0));
        assertEquals(List.of(0, 1, 0, 0, 0), firstOctets(one));
        ring.add(new Sender(one, 10, 1) {
            @Override
            protected Outcome transmit(TransmitRing out, int budgetBytes, long nowNs) {
                Outcome outcome = super.transmit(out, budgetBytes, nowNs);
                control(one, 2);
                return outcome;
            }
        });
        assertFalse(ring.run(10, 0));
        assertEquals(List.of(0, 2), firstOctets(one));
        assertFalse(ring.isStalled() || ring.hasWork());
    }

    @Test
    void answersAreBounded() {
        ByteBuf last = Unpooled.buffer(1).writeByte(5);
        for (int i = 0; i < 4; i++) {
            control(one, i);
        }
        assertFalse(ring.control(one, last));
        assertEquals(0, last.refCnt());
        ring.run(ALL, 0);
        ByteBuf large = Unpooled.buffer(9000).writeZero(9000);
        assertFalse(ring.control(one, large), "four packets of 2 KiB at most");
        assertEquals(0, large.refCnt());
        assertEquals(2, counters.get(Counter.CONTROL_QUEUE_FULL));
    }

    /** 64 KiB each a round, whatever the size of their packets. */
    @Test
    void socketsShareByOctets() {
        Sender small = sender(one, 100, 100_000);
        Sender large = sender(one, 60_000, 1_000);
        assertTrue(ring.run(20_000_000, 0));
        long smallSent = (100_000 - small.left) * 100L;
        long largeSent = (1_000 - large.left) * 60_000L;
        assertTrue(Math.abs(smallSent - largeSent) <= 128 * 1024, smallSent + " and " + largeSent);
    }

    @Test
    void theBudgetEndsARun() {
        Sender s = sender(one, 1000, 1000);
        assertTrue(ring.run(10_000, 0));
        assertTrue(s.left < 1000 && s.left > 900);
        assertFalse(ring.isStalled());
    }

    @Test
    void aBusyLinkStopsOnlyItsOwn() {
        one.room(0);
        control(one, 7);
        control(two, 8);
        Sender onOne = sender(one, 10, 3);
        Sender onTwo = sender(two, 10, 3);
        assertFalse(ring.run(ALL, 0));
        assertEquals(List.of(8, 0, 0, 0), firstOctets(two));
        assertEquals(0, onTwo.left);
        assertEquals(3, onOne.left);
        assertTrue(ring.isStalled());
        assertEquals(1, counters.get(Counter.LINK_BUSY), "asked once in a run");
        one.room(2);
        assertFalse(ring.run(ALL, 0));
        assertEquals(List.of(7, 0), firstOctets(one));
        one.room(ALL);
        assertFalse(ring.run(ALL, 0));
        assertEquals(2, one.take().size());
        assertFalse(ring.isStalled());
        assertFalse(ring.hasWork());
    }

    @Test
    void answersKeepTheirOrderOverBusyLinks() {
        one.room(1);
        control(one, 1);
        control(two, 2);
        control(one, 3);
        control(one, 4);
        ring.run(ALL, 0);
        assertEquals(List.of(1), firstOctets(one));
        control(one, 5);
        one.room(ALL);
        ring.run(ALL, 0);
        assertEquals(List.of(3, 4, 5), firstOctets(one));
        assertEquals(List.of(2), firstOctets(two));
    }

    @Test
    void aBlockedSocketThatAddsItselfIsNotAskedForEver() {
        one.room(0);
        Sender s = sender(one, 10, 2);
        s.addsItself = true;
        assertFalse(ring.run(ALL, 0));
        assertEquals(1, s.visits);
        one.room(ALL);
        ring.run(ALL, 0);
        assertEquals(0, s.left);
        assertEquals(2, one.take().size());
    }

    @Test
    void aSocketMayPutItselfBackWhenDone() {
        Sender s = sender(one, 10, 1);
        s.addsItself = true;
        ring.run(ALL, 0);
        assertEquals(2, s.visits);
        assertFalse(ring.hasWork());
    }

    /** Waiting for a link earns nothing: a socket does not get more than its share when the link is free again. */
    @Test
    void blockedSocketsDoNotSaveUp() {
        one.room(0);
        Sender waiting = sender(one, 1000, 10_000);
        for (int i = 0; i < 100; i++) {
            ring.run(ALL, 0);
        }
        one.room(ALL);
        ring.run(1, 0);
        assertTrue(10_000 - waiting.left <= 66, 10_000 - waiting.left + " packets at once");
    }

    @Test
    void clearLetsGo() {
        ByteBuf answer = Unpooled.buffer(1).writeByte(1);
        ring.control(one, answer);
        Sender s = sender(one, 10, 1);
        ring.clear();
        assertEquals(0, answer.refCnt());
        assertFalse(ring.hasWork());
        ring.add(s);
        ring.run(ALL, 0);
        assertEquals(1, one.take().size());
    }
}
