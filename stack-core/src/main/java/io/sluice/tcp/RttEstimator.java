package io.sluice.tcp;

/** Computing TCP's retransmission timer: RFC 6298. */
final class RttEstimator {
    /** G of RFC 6298 §2: the granularity of our clock and its wake-ups. */
    private static final long GRANULARITY_NS = 1_000_000;

    /** Doublings beyond this reach any bound. */
    private static final int MAX_BACKOFF = 1000;

    private final Knobs knobs;

    RttEstimator(Knobs knobs) {
        this.knobs = knobs;
    }

    /** RFC 6298 §2.1: no measurement yet. */
    void start(Tcb.RoundTrip rtt) {
        rtt.rtoNs = knobs.ns(Knob.INITIAL_RTO_MS);
    }

    /** A measurement {@code r} of a connection. */
    void sample(TcpConnection c, long r, long samplesPerRoundTrip) {
        Tcb tcb = c.tcb;
        TimerBounds bounds = c.options.rare.timers();
        if (!knobs.isOn(Knob.MIN_RTO_ON_VARIATION)) {
            sample(tcb.rtt, bounds, r, samplesPerRoundTrip);
            return;
        }
        if (tcb.rtt.srttNs == 0) {
            sample(tcb.rtt, bounds, r, 1);
            tcb.rtt.rtoNs = bounded(tcb.rtt.srttNs + Math.max(bounds.leastRtoNs(knobs), 4 * tcb.rtt.rttvarNs), bounds);
        } else {
            sampleOfRound(tcb, bounds, r);
        }
    }

    /** Deviates from RFC 6298 §2.3 as {@link Knob#MIN_RTO_ON_VARIATION} says, so that many measurements do not make it forget. */
    private void sampleOfRound(Tcb tcb, TimerBounds bounds, long r) {
        Tcb.RoundTrip rtt = tcb.rtt;
        Tcb.Recovery round = tcb.recovery; // there is one of its own, since what is measured was in flight
        long greatest = rtt.rtoNs - rtt.srttNs;
        long error = r - rtt.srttNs;
        long more = Math.abs(error) - rtt.rttvarNs;
        rtt.srttNs = Math.max(1, rtt.srttNs + error / 8);
        rtt.rttvarNs += error < 0 && more > 0 ? more / 32 : more / 4;
        rtt.minRttNs = Math.min(rtt.minRttNs, Math.max(1, r));
        long before = round.greatestVariationNs < 0 ? greatest : round.greatestVariationNs;
        round.greatestVariationNs = Math.max(before, 4 * rtt.rttvarNs);
        greatest = Math.max(greatest, round.greatestVariationNs);
        if (tcb.snd.unaOffset > round.roundEnd) {
            greatest -= (greatest - round.greatestVariationNs) / 4;
            round.greatestVariationNs = bounds.leastRtoNs(knobs);
            round.roundEnd = tcb.snd.nxtOffset;
        }
        rtt.backoff = 0;
        rtt.rtoNs = bounded(rtt.srttNs + greatest, bounds);
    }

    /** RFC 6298 §2.2 (M2), RFC 6298 §2.3 (M3): a measurement {@code r}. */
    void sample(Tcb.RoundTrip rtt, TimerBounds bounds, long r, long samplesPerRoundTrip) {
        if (rtt.srttNs == 0) {
            rtt.srttNs = Math.max(1, r);
            rtt.rttvarNs = r / 2;
            rtt.minRttNs = Math.max(1, r);
        } else {
            // RFC 7323 Appendix G: with several samples a round trip each counts for less.
            long n = Math.max(1, samplesPerRoundTrip);
            rtt.rttvarNs += (Math.abs(rtt.srttNs - r) - rtt.rttvarNs) / (4 * n);
            rtt.srttNs = Math.max(1, rtt.srttNs + (r - rtt.srttNs) / (8 * n));
            rtt.minRttNs = Math.min(rtt.minRttNs, Math.max(1, r));
        }
        rtt.backoff = 0;
        compute(rtt, bounds);
    }

    /** The equation for RTO, RFC 6298 §4 (M6), within the bounds of RFC 6298 §2.4 and §2.5. */
    private void compute(Tcb.RoundTrip rtt, TimerBounds bounds) {
        rtt.rtoNs = bounded(rtt.srttNs + Math.max(GRANULARITY_NS, 4 * rtt.rttvarNs), bounds);
    }

    private long bounded(long rto, TimerBounds bounds) {
        return Math.min(
                Math.max(rto, bounds.leastRtoNs(knobs)) + knobs.ns(Knob.RTO_SLOP_MS), bounds.greatestRtoNs(knobs));
    }

    /** RFC 4015 §3.1, (11): what {@code r} measured is how the path is now, if not as it was before the timeout. */
    void afterSpuriousTimeout(TcpConnection c, long priorSrttNs, long priorRttvarNs, long r) {
        Tcb.RoundTrip rtt = c.tcb.rtt;
        rtt.srttNs = Math.max(priorSrttNs + 2 * GRANULARITY_NS, r);
        rtt.rttvarNs = Math.max(priorRttvarNs, r / 2);
        compute(rtt, c.options.rare.timers());
    }

    /** RFC 6298 §5.5 (M8), RFC 9293 §3.8.2 (MUST-19): the timer expired. */
    void backOff(Tcb.RoundTrip rtt) {
        rtt.backoff = (short) Math.min(MAX_BACKOFF, rtt.backoff + 1);
        rtt.timeouts = (short) Math.min(MAX_BACKOFF, rtt.timeouts + 1);
    }

    /**
     * New data was acknowledged. The back-off stays until there is a measurement of what was not repeated: Karn's algorithm,
     * RFC 6298 §3 (RFC 9293 §3.8.1, MUST-18).
     */
    void onProgress(Tcb.RoundTrip rtt) {
        rtt.timeouts = 0;
    }

    /** The RTO with its back-off, in nanoseconds. */
    long rtoNs(TcpConnection c) {
        return rtoNs(c.tcb.rtt, c.options.rare.timers());
    }

    /** As {@link #rtoNs(TcpConnection)}. */
    long rtoNs(Tcb.RoundTrip rtt, TimerBounds bounds) {
        long max = bounds.greatestRtoNs(knobs);
        return rtt.backoff >= Long.numberOfLeadingZeros(rtt.rtoNs) - 1 ? max : Math.min(max, rtt.rtoNs << rtt.backoff);
    }

    /** RFC 6298 §5.7 (M9): the SYN was repeated and no measurement could be made, so data starts with 3 seconds. */
    void afterRetransmittedSyn(Tcb.RoundTrip rtt) {
        rtt.backoff = 0;
        if (rtt.srttNs == 0) {
            rtt.rtoNs = Math.max(rtt.rtoNs, 3_000_000_000L);
        }
    }
}
