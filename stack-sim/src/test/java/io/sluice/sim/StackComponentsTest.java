package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.cc.ConnectionView;
import io.sluice.event.Counter;
import io.sluice.event.RetransmitCause;
import io.sluice.tcp.AckFrequency;
import io.sluice.tcp.AckOutcome;
import io.sluice.tcp.LossRecovery;
import io.sluice.tcp.Pacing;
import io.sluice.tcp.SenderView;
import io.sluice.tcp.SentRange;
import io.sluice.tcp.TcpStack;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A stack brings pacing and the frequency of acknowledgments of its own, and its peer notices; also in the middle of a connection. */
final class StackComponentsTest {
    private static final int OCTETS = 1_000_000;
    private static final long RATE = 500_000;

    private static final AckFrequency EVERY_TENTH = new AckFrequency() {
        @Override
        public int segments(ConnectionView connection, int usual) {
            assertEquals(2, usual);
            return 10;
        }

        @Override
        public long delayNs(ConnectionView connection, long usualNs) {
            return 10 * usualNs;
        }
    };

    @Test
    void dataLeavesAtTheRateOfTheStack() {
        try (Pair pair = pair(stack((c, w) -> RATE, AckFrequency.OF_HOST), TcpStack.DEFAULT)) {
            pair.transfer(OCTETS, 0);
            assertEquals(2.0, pair.finish() / 1e9, 0.2);
        }
    }

    @Test
    void acknowledgmentsLeaveAsRarelyAsTheStackSays() {
        long usual = acknowledgments(TcpStack.DEFAULT);
        long rare = acknowledgments(stack(Pacing.OF_CONGESTION_CONTROL, EVERY_TENTH));
        assertTrue(rare < usual / 3, rare + " instead of " + usual);
    }

    @Test
    void aSwapBringsTheRate() {
        try (Pair pair = pair(TcpStack.DEFAULT, TcpStack.DEFAULT)) {
            pair.transfer(2 * OCTETS, 0);
            pair.simulation.run(pair.simulation.nowNs() + 100 * Pair.MS);
            TcpStack paced = stack((c, w) -> RATE, AckFrequency.OF_HOST);
            assertNull(pair.peers().get(0).socket().stack(paced, pair.simulation.nowNs()));
            pair.simulation.run(pair.simulation.nowNs() + 300 * Pair.MS); // what was queued arrives
            long before = pair.peers().get(1).received();
            pair.simulation.run(pair.simulation.nowNs() + 1_000 * Pair.MS);
            long received = pair.peers().get(1).received() - before;
            assertEquals(RATE, (double) received, 0.15 * RATE);
            pair.finish();
        }
    }

    @Test
    void whoAlwaysWantsToLookAgainAtOnceStopsNoClock() {
        TcpStack stack = new TcpStack(
                "own",
                TcpStack.Requirement.NONE,
                Impatient::new,
                null,
                Pacing.OF_CONGESTION_CONTROL,
                AckFrequency.OF_HOST);
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> {
            try (Pair pair = pair(stack, TcpStack.DEFAULT)) {
                pair.transfer(OCTETS, 0);
                pair.finish();
            }
        });
    }

    private static long acknowledgments(TcpStack ofReceiver) {
        try (Pair pair = pair(TcpStack.DEFAULT, ofReceiver)) {
            pair.transfer(OCTETS, 0);
            pair.finish();
            return pair.server.stack().counters().get(Counter.PACKETS_OUT);
        }
    }

    private static Pair pair(TcpStack ofClient, TcpStack ofServer) {
        return new Pair(
                1, PipeConfig.of(20_000_000, 5 * Pair.MS), b -> b.tcpStack(ofClient), b -> b.tcpStack(ofServer));
    }

    private static TcpStack stack(Pacing pacing, AckFrequency frequency) {
        Supplier<LossRecovery> recovery = TcpStack.DEFAULT.lossRecovery();
        return new TcpStack("own", TcpStack.Requirement.NONE, recovery, null, pacing, frequency);
    }

    /** Looks again without end. */
    private static final class Impatient implements LossRecovery {
        @Override
        public long onAck(SenderView c, AckOutcome ack, long nowNs) {
            return nowNs - 1;
        }

        @Override
        public long onLookAgain(SenderView c, long nowNs) {
            return nowNs - 1;
        }

        @Override
        public void onTimeout(SenderView c, long nowNs) {
            for (SentRange r = c.ledger().head(); r != null; r = r.next()) {
                c.markLost(r, RetransmitCause.RTO, nowNs);
            }
        }
    }
}
