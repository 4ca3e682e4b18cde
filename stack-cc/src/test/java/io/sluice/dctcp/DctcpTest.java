package io.sluice.dctcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.cc.CongestionSettings;
import io.sluice.cubic.Bulk;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/** RFC 8257 §3.3, in numbers. Segments are 1000 octets. */
final class DctcpTest {
    private final Dctcp dctcp = new Dctcp(CongestionSettings.STANDARD);

    private void window(Bulk path, int segments, int marked) {
        for (int i = 0; i < segments; i++) {
            path.prepare(1);
            path.ack.ceBytes = i < marked ? Bulk.MSS : 0;
            path.control.onAck(path.window, path, path.ack);
            path.fill();
        }
    }

    @Test
    void estimateBeginsAtOneAndDecaysByASixteenth() {
        Bulk path = new Bulk(dctcp, 10);
        path.window.ssthresh(10 * Bulk.MSS);
        assertEquals(1, dctcp.alpha());
        window(path, 1, 0); // the first acknowledgment ends the first window: WindowEnd was SND.UNA
        assertEquals(15.0 / 16, dctcp.alpha(), 1e-12);
        window(path, 9, 0);
        assertEquals(15.0 / 16, dctcp.alpha(), 1e-12); // up to WindowEnd: 9 segments were in flight
        window(path, 1, 0);
        assertEquals(15.0 * 15 / 256, dctcp.alpha(), 1e-12);
    }

    @Test
    void marksCountByOctets() {
        Bulk path = new Bulk(dctcp, 10);
        path.window.ssthresh(10 * Bulk.MSS);
        window(path, 1, 0);
        double before = dctcp.alpha();
        window(path, 10, 5); // 10 segments are acknowledged in this window, 5 of them marked
        assertEquals(before * 15 / 16 + 5.0 / 10 / 16, dctcp.alpha(), 1e-12);
    }

    @Test
    void windowIsReducedByHalfTheEstimate() {
        Bulk path = new Bulk(dctcp, 100);
        path.window.ssthresh(100 * Bulk.MSS);
        path.prepare(1);
        path.ack.ecnEcho = true;
        path.ack.ceBytes = Bulk.MSS;
        dctcp.onEcnEcho(path.window, path, path.ack);
        dctcp.onAck(path.window, path, path.ack);
        assertEquals(1, dctcp.alpha(), 1e-12); // 15/16 + 1/16: this acknowledgment was marked, and counts once
        assertEquals(50, path.cwnd());
        window(path, 60, 0);
        window(path, 60, 0);
        double alpha = dctcp.alpha();
        assertTrue(alpha < 0.95);
        long cwnd = path.window.cwnd();
        path.prepare(0);
        path.ack.ecnEcho = true;
        dctcp.onEcnEcho(path.window, path, path.ack);
        assertEquals((long) (cwnd * (1 - alpha / 2)), path.window.cwnd());
    }

    @Test
    void lossesReduceAsEver() { // §3.5
        Bulk path = new Bulk(dctcp, 100);
        for (int i = 0; i < 100; i++) {
            window(path, 100, 0);
        }
        long flight = path.flightBytes();
        path.lose();
        assertEquals(flight / 2, path.window.cwnd());
        path.timeout(true);
        assertEquals(1, path.cwnd());
    }

    /** With a constant part of the octets marked, the estimate becomes that part, within a marked segment of a window. */
    @Property(tries = 50)
    void estimateConvergesToThePartThatIsMarked(@ForAll @DoubleRange(min = 0, max = 1) double part) {
        Dctcp own = new Dctcp(CongestionSettings.STANDARD);
        Bulk path = new Bulk(own, 200);
        path.window.ssthresh(200 * Bulk.MSS);
        double owed = 0;
        for (int i = 0; i < 60_000; i++) {
            owed += part;
            boolean marked = owed >= 1;
            owed -= marked ? 1 : 0;
            path.prepare(1);
            path.ack.ceBytes = marked ? Bulk.MSS : 0;
            own.onAck(path.window, path, path.ack);
            path.window.cwnd(200 * Bulk.MSS);
            path.fill();
        }
        assertEquals(part, own.alpha(), 0.01);
    }
}
