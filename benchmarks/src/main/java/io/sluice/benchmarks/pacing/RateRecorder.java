package io.sluice.benchmarks.pacing;

import io.sluice.bbr.Bbr;
import io.sluice.bbr.BbrInfo;
import io.sluice.bbr.BbrState;
import io.sluice.benchmarks.pacing.PacingReport.Rate;
import io.sluice.event.RetransmitCause;
import io.sluice.event.StackEvents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Notes the pacing rate that each segment leaves with: it is what the time until the next one follows from. On the event loop. */
final class RateRecorder implements StackEvents {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final long limit;
    private final List<Rate> rates = new ArrayList<>();
    private boolean started;
    private @Nullable Bbr bbr;

    /** @param limit SO_MAX_PACING_RATE, in octets a second */
    RateRecorder(long limit) {
        this.limit = limit;
    }

    /** The algorithm of the connection. */
    Bbr create() {
        Bbr created = new Bbr();
        bbr = created;
        return created;
    }

    BbrInfo info() {
        return Objects.requireNonNull(Objects.requireNonNull(bbr).info());
    }

    /** Begins. */
    void start() {
        started = true;
        note();
    }

    /** Ends; what was noted. */
    List<Rate> stop() {
        started = false;
        return rates;
    }

    @Override
    public void segmentSent(
            Object connection, int seq, int payloadBytes, int flags, RetransmitCause cause, long nowNs) {
        if (started && payloadBytes > 0) {
            note();
        }
    }

    /** In ProbeRTT the window limits what is sent, and not the rate. */
    private void note() {
        Instant now = Instant.now();
        BbrInfo info = info();
        rates.add(new Rate(
                now.getEpochSecond() * NS_PER_SECOND + now.getNano(),
                Math.min(limit, info.pacingRate()),
                info.state() != BbrState.PROBE_RTT));
    }
}
