package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.event.Counter;
import io.sluice.event.RetransmitCause;
import io.sluice.event.StackEvents;
import io.sluice.tcp.TcpProfile;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStacks;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** RACK-TLP, RFC 8985, end to end: what it takes for lost, and when. */
final class RackTest {
    static final TcpStack RACK = Objects.requireNonNull(TcpStacks.installed().named("rack"));

    private static final long DELAY_NS = 20 * Pair.MS;
    private static final long ROUND_TRIP_NS = 2 * DELAY_NS;

    private record Sent(int seq, int bytes, RetransmitCause cause, long atNs) {}

    /** Notes what the client sends. */
    private static final class Log implements StackEvents {
        final List<Sent> sent = new ArrayList<>();

        @Override
        public void segmentSent(
                Object connection, int seq, int payloadBytes, int flags, RetransmitCause cause, long nowNs) {
            if (payloadBytes > 0) {
                sent.add(new Sent(seq, payloadBytes, cause, nowNs));
            }
        }

        List<Sent> repetitions() {
            return sent.stream().filter(s -> s.cause != RetransmitCause.NONE).toList();
        }
    }

    private static Pair pair(Log log, PipeConfig wire) {
        return new Pair(
                5, wire, b -> b.tcpProfile(TcpProfile.STANDARD).tcpStack(RACK).events(log), b -> b);
    }

    private static PipeConfig.Builder wire() {
        return PipeConfig.builder().rate(50_000_000).delayNs(DELAY_NS).queue(10_000, Integer.MAX_VALUE);
    }

    /** RFC 8985 §6.2, step 4: segments that are late by less than min_RTT/4 are waited for, once reordering was seen. */
    @Test
    void waitsForWhatIsReorderedALittle() {
        Log log = new Log();
        PipeConfig reordering =
                wire().reordering(0.05, ROUND_TRIP_NS / 4 - 2 * Pair.MS).build();
        try (Pair pair = pair(log, reordering)) {
            pair.transfer(3_000_000, 0);
            pair.finish();
            long needless = log.repetitions().size();
            // Before reordering is seen for the first time it looks like loss (step 4, DupThresh).
            assertTrue(needless <= 3, () -> needless + " needless repetitions");
            assertEquals(0, pair.client.stack().counters().get(Counter.TCP_RTO));
        }
    }

    /** RFC 8985 §9.1, example 2: the loss of a repetition is found a round trip later, not by the timer. */
    @Test
    void findsTheLossOfARepetition() {
        Log log = new Log();
        try (Pair pair = pair(log, wire().build())) {
            int[] data = new int[1];
            int[] lost = new int[2];
            pair.cable.ab().filter((packet, nowNs) -> {
                if (packet.readableBytes() < 500) {
                    return true;
                }
                int seq = packet.getInt(packet.readerIndex() + 24);
                if (++data[0] == 200) {
                    lost[0] = seq;
                    lost[1] = 1;
                    return false;
                }
                return !(seq == lost[0] && lost[1]++ == 1); // its first repetition, too
            });
            pair.transfer(3_000_000, 0);
            pair.finish();
            List<Sent> ofHole =
                    log.repetitions().stream().filter(s -> s.seq == lost[0]).toList();
            assertEquals(2, ofHole.size(), log.repetitions()::toString);
            assertTrue(ofHole.stream().allMatch(s -> s.cause == RetransmitCause.RACK), ofHole::toString);
            long apart = ofHole.get(1).atNs - ofHole.get(0).atNs;
            assertTrue(apart >= ROUND_TRIP_NS && apart < 3 * ROUND_TRIP_NS / 2, () -> apart / 1e6 + " ms");
            assertEquals(0, pair.client.stack().counters().get(Counter.TCP_RTO));
        }
    }

    /** RFC 8985 §7: what is lost at the end of a flight is repaired after about two round trips, without a timeout. */
    @Test
    void probesTheTail() {
        Log log = new Log();
        try (Pair pair = pair(log, wire().build())) {
            int[] last = {8};
            int[] data = new int[1];
            pair.cable
                    .ab()
                    .filter((packet, nowNs) -> packet.readableBytes() < 500
                            || ++data[0] <= last[0] - 3
                            || data[0] > last[0]); // the last three of eight are lost
            pair.transfer(8 * 1448, 0);
            long took = pair.finish();
            List<Sent> repetitions = log.repetitions();
            assertEquals(RetransmitCause.TLP, repetitions.get(0).cause, repetitions::toString);
            assertTrue(
                    repetitions.stream().skip(1).allMatch(s -> s.cause == RetransmitCause.RACK), repetitions::toString);
            // The flight leaves, its first part is acknowledged, and two round trips later the probe leaves.
            long after = repetitions.get(0).atNs - log.sent.get(log.sent.size() - repetitions.size() - 1).atNs;
            assertTrue(after >= 3 * ROUND_TRIP_NS && after < 7 * ROUND_TRIP_NS / 2, () -> after / 1e6 + " ms");
            assertEquals(0, pair.client.stack().counters().get(Counter.TCP_RTO));
            assertTrue(took < Pair.SECOND);
            assertNotNull(pair.client);
        }
    }
}
