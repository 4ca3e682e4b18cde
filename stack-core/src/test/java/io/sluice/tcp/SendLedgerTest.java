package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.cc.RateSample;
import io.sluice.event.RetransmitCause;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The ledger against one flag for every octet. Whole segments only, as peers SACK them. */
class SendLedgerTest {
    private static final int MSS = 10;
    private static final int SEGMENTS = 400;

    private final boolean[] sacked = new boolean[SEGMENTS];
    private final boolean[] lost = new boolean[SEGMENTS];
    private final boolean[] repeated = new boolean[SEGMENTS];
    private final AckOutcome outcome = new AckOutcome(new RateSample());
    private int unit;
    private int counted;
    private int acked;
    private int sent;
    private int step;

    @Property(tries = 500)
    void sumsAreThoseOfTheRanges(@ForAll long seed) {
        new SendLedgerTest().run(seed); // jqwik keeps one instance for all tries
    }

    private void run(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SendLedger ledger = new SendLedger(new LedgerPool());
        unit = random.nextBoolean() ? 0 : MSS + 400;
        counted = unit == 0 ? MSS : unit;
        for (step = 0; step < 150; step++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> send(ledger, random);
                case 2, 3 -> sack(ledger, random);
                case 4 -> acknowledge(ledger, random);
                default -> loseAndRepeat(ledger, random);
            }
            check(ledger);
        }
        ledger.clear();
        assertEquals(0, ledger.entries());
        assertTrue(ledger.isEmpty());
    }

    /** Several turns may be of one moment. */
    private long nowNs() {
        return SEGMENTS + step / 3L;
    }

    private void send(SendLedger ledger, SplittableRandom random) {
        int n = Math.min(SEGMENTS - sent, random.nextInt(1, 12));
        if (n > 0) {
            ledger.append((long) sent * MSS, (long) (sent + n) * MSS, MSS, unit, nowNs());
            sent += n;
        }
    }

    private void sack(SendLedger ledger, SplittableRandom random) {
        if (acked == sent) {
            return;
        }
        int left = random.nextInt(acked, sent);
        int right = random.nextInt(left + 1, Math.min(sent, left + 20) + 1);
        outcome.begin(null, 0);
        ledger.sack((long) left * MSS, (long) right * MSS, outcome);
        int fresh = 0;
        for (int i = left; i < right; i++) {
            fresh += sacked[i] ? 0 : counted;
            sacked[i] = true;
            lost[i] = false;
            repeated[i] = false;
        }
        assertEquals(fresh, outcome.deliveredBytes);
    }

    private void acknowledge(SendLedger ledger, SplittableRandom random) {
        int upTo = random.nextInt(acked, sent + 1);
        outcome.begin(null, 0);
        ledger.acknowledge((long) upTo * MSS, outcome);
        int fresh = 0;
        for (int i = acked; i < upTo; i++) {
            fresh += sacked[i] ? 0 : counted;
        }
        assertEquals(fresh, outcome.deliveredBytes);
        acked = upTo;
    }

    private void loseAndRepeat(SendLedger ledger, SplittableRandom random) {
        if (random.nextInt(4) == 0) {
            ledger.markAllLost(RetransmitCause.RTO);
            for (int i = acked; i < sent; i++) {
                lost[i] |= !sacked[i];
                repeated[i] = false;
            }
        }
        for (int n = random.nextInt(3); n > 0; n--) {
            SentRange e = ledger.nextLost();
            assertEquals(firstLost(), e == null ? -1 : (int) (e.start / MSS));
            if (e != null) {
                if (e.length() > MSS && random.nextBoolean()) {
                    ledger.split(e, e.start + MSS);
                }
                ledger.retransmitted(e, RetransmitCause.RTO, true, nowNs());
                for (int i = (int) (e.start / MSS); i < e.end / MSS; i++) {
                    repeated[i] = true;
                }
            }
        }
    }

    private int firstLost() {
        for (int i = acked; i < sent; i++) {
            if (lost[i] && !repeated[i]) {
                return i;
            }
        }
        return -1;
    }

    private void check(SendLedger ledger) {
        long sackedBytes = 0;
        long lostBytes = 0;
        long repeatedBytes = 0;
        for (int i = acked; i < sent; i++) {
            sackedBytes += sacked[i] ? counted : 0;
            lostBytes += lost[i] ? counted : 0;
            repeatedBytes += repeated[i] ? counted : 0;
        }
        assertEquals(sackedBytes, ledger.sackedBytes(), "sacked");
        assertEquals(lostBytes, ledger.lostBytes(), "lost");
        assertEquals(repeatedBytes, ledger.retransmittedBytes(), "retransmitted");
        assertEquals((long) (sent - acked) * (counted - MSS), ledger.padding());
        long at = (long) acked * MSS;
        int count = 0;
        SentRange before = null;
        for (SentRange e = ledger.head(); e != null; e = e.next) {
            assertEquals(at, e.start, "no gap");
            assertTrue(before == null || !(before.sacked && e.sacked), "sacked neighbours are one");
            at = e.end;
            before = e;
            count++;
        }
        assertEquals((long) sent * MSS, at);
        assertEquals(count, ledger.entries());
        SentRange highest = ledger.highestSackedRange();
        checkOrders(ledger);
        assertEquals(highestSacked(), highest == null ? -1 : highest.end / MSS);
    }

    /** What is neither sacked nor to be repeated is in the order of sending, each once. */
    private void checkOrders(SendLedger ledger) {
        long inFlight = 0;
        SentRange before = null;
        for (SentRange e = ledger.oldestInFlight(); e != null; e = e.nextSent()) {
            assertTrue(!e.sacked && (!e.lost || e.retransmitted));
            assertTrue(before == null || before.wasSentBefore(e.sentNs, e.end), "in the order of sending");
            inFlight += e.length();
            before = e;
        }
        long expected = 0;
        int sackedSegments = 0;
        for (int i = acked; i < sent; i++) {
            expected += sacked[i] || (lost[i] && !repeated[i]) ? 0 : MSS;
            sackedSegments += sacked[i] ? 1 : 0;
        }
        assertEquals(expected, inFlight);
        assertEquals(sackedSegments, ledger.sackedSegments());
        SentRange middle = before == null ? null : ledger.lastInFlightBefore(before.sentNs, before.end);
        assertEquals(before == null ? null : before.listPrevious, middle);
    }

    private long highestSacked() {
        for (int i = sent - 1; i >= acked; i--) {
            if (sacked[i]) {
                return i + 1L;
            }
        }
        return -1;
    }

    /** RFC 8985 §7.3: a tail loss probe may repeat what is taken for lost, and has not been repeated yet: then it is in flight. */
    @Test
    void whatIsLostAndProbedWithIsInFlight() {
        SendLedger ledger = new SendLedger(new LedgerPool());
        SentRange e = ledger.append(0, MSS, MSS, 0, 1);
        ledger.markLost(e);
        ledger.retransmitted(e, RetransmitCause.TLP, false, 2);
        assertNull(ledger.fault());
        assertEquals(MSS, ledger.retransmittedBytes());
        assertTrue(ledger.markLost(e), "it can be lost again");
    }

    /** What is repeated in smaller segments is SACKed in these. */
    @Test
    void repeatedSegmentsAreSackedAsTheyLeft() {
        SendLedger ledger = new SendLedger(new LedgerPool());
        SentRange e = ledger.append(0, 4 * MSS, 2 * MSS, 0, 1);
        ledger.markLost(e);
        ledger.resize(e, 4 * MSS, MSS);
        ledger.retransmitted(e, RetransmitCause.PATH_MTU, true, 2);
        outcome.begin(null, 2);
        ledger.sack(MSS, 4 * MSS, outcome);
        assertEquals(3 * MSS, ledger.sackedBytes());
        assertEquals(3, ledger.sackedSegments());
    }
}
