package io.sluice.sim;

import static io.sluice.sim.BbrPath.MBIT;
import static io.sluice.sim.BbrPath.MS;
import static io.sluice.sim.BbrPath.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.sluice.bbr.BbrInfo;
import io.sluice.bbr.BbrState;
import io.sluice.event.Counter;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** Losses that were none: test cases A.18 and A.19 of draft-ietf-ccwg-bbr-06, Appendix A. */
class BbrUndoTest {
    private static final long RATE = 100 * MBIT;
    private static final long RTT = 50 * MS;

    /** Holds back packets that the sender puts on the wire, in their order. */
    private static final class HoldBack implements PacketFilter {
        private final BbrPath path;
        private final IntPredicate held;
        private final long untilNs;
        private final long laterNs;
        private boolean releasing;
        private int count;

        /**
         * Holds back.
         *
         * @param held which packets, by their number from 0
         * @param untilNs what comes later passes
         * @param laterNs how long each is held, or 0 for all until {@code untilNs}
         */
        HoldBack(BbrPath path, IntPredicate held, long untilNs, long laterNs) {
            this.path = path;
            this.held = held;
            this.untilNs = untilNs;
            this.laterNs = laterNs;
        }

        @Override
        public boolean passes(ByteBuf bytes, long nowNs) {
            if (releasing || nowNs >= untilNs || !held.test(count++)) {
                return true;
            }
            SimPacket copy = path.simulation.packet(bytes.copy());
            path.simulation.at(laterNs == 0 ? untilNs : nowNs + laterNs, () -> {
                releasing = true;
                path.forward.accept(copy, path.simulation.nowNs());
                releasing = false;
            });
            return false;
        }
    }

    private static BbrPath.Flow inProbeUp(BbrPath path) {
        BbrPath.Flow flow = path.bulk();
        path.runTo(flow, BbrState.PROBE_BW_UP, 6 * SECOND);
        path.run(RTT); // what is acknowledged now was sent while probing
        assertEquals(BbrState.PROBE_BW_UP, flow.state());
        return flow;
    }

    /** The state that was saved, and that all of it is there again. */
    private static void checkUndo(BbrPath path, BbrPath.Flow flow, BbrInfo before) {
        path.runTo(flow, info -> info.undoState() == BbrState.PROBE_BW_UP, SECOND);
        BbrInfo saved = flow.info();
        assertTrue(saved.state() == BbrState.PROBE_BW_DOWN || saved.state() == BbrState.PROBE_BW_CRUISE);
        assertEquals(before.bwShortterm(), saved.undoBwShortterm());
        assertEquals(before.inflightShortterm(), saved.undoInflightShortterm());
        assertEquals(before.inflightLongterm(), saved.undoInflightLongterm());
        path.runTo(flow, info -> info.undoState() == null, 2 * SECOND);
        BbrInfo after = flow.info();
        assertNull(after.undoState());
        assertEquals(BbrState.PROBE_BW_REFILL, after.state());
        assertEquals(before.bwShortterm(), after.bwShortterm());
        assertEquals(before.inflightShortterm(), after.inflightShortterm());
        assertEquals(before.inflightLongterm(), after.inflightLongterm());
        assertTrue(after.cwnd() >= Math.min(before.cwnd(), (long) after.maxInflight()), after::toString);
        path.runTo(flow, BbrState.PROBE_BW_UP, SECOND);
    }

    /** A.18, handling spurious Fast Recovery. */
    @Test
    void a18UndoesASpuriousFastRecovery() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 10)) {
            BbrPath.Flow flow = inProbeUp(path);
            BbrInfo before = flow.info();
            path.forward.filter(new HoldBack(path, n -> n < 40, Long.MAX_VALUE, 15 * MS));
            checkUndo(path, flow, before);
            assertEquals(0, path.sender.stack().counters().get(Counter.TCP_RTO));
        }
    }

    /** A.19, handling spurious RTO Recovery. */
    @Test
    void a19UndoesASpuriousTimeout() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 10)) {
            BbrPath.Flow flow = inProbeUp(path);
            BbrInfo before = flow.info();
            path.forward.filter(new HoldBack(path, n -> true, path.simulation.nowNs() + 600 * MS, 0));
            checkUndo(path, flow, before);
            assertTrue(path.sender.stack().counters().get(Counter.TCP_RTO) > 0);
        }
    }
}
