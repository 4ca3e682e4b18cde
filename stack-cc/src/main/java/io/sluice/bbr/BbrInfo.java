package io.sluice.bbr;

import org.jspecify.annotations.Nullable;

/**
 * What BBR thinks of a path at one moment: the variables of draft-ietf-ccwg-bbr-06 §2, for whoever watches a connection. Rates
 * are octets a second, volumes octets, and what is not set is {@link Double#POSITIVE_INFINITY}.
 *
 * @param state BBR.state, which has the gains
 * @param cwnd C.cwnd
 * @param pacingRate C.pacing_rate
 * @param sendQuantum C.send_quantum
 * @param bw BBR.bw
 * @param maxBw BBR.max_bw
 * @param bwShortterm BBR.bw_shortterm
 * @param minRttNs BBR.min_rtt, or {@link Long#MAX_VALUE} before the first measurement
 * @param bdp BBR.bdp
 * @param maxInflight BBR.max_inflight
 * @param inflightLongterm BBR.inflight_longterm
 * @param inflightShortterm BBR.inflight_shortterm
 * @param extraAcked BBR.extra_acked
 * @param roundCount BBR.round_count
 * @param cycleCount BBR.cycle_count
 * @param fullBwReached BBR.full_bw_reached
 * @param fullBwNow BBR.full_bw_now
 * @param fullBwCount BBR.full_bw_count
 * @param drainStartRound BBR.drain_start_round
 * @param bwProbeUpRounds BBR.bw_probe_up_rounds
 * @param bwProbeWaitNs BBR.bw_probe_wait
 * @param prevProbeTooHigh BBR.prev_probe_too_high
 * @param prevProbePrecautionary BBR.prev_probe_precautionary
 * @param idleRestart BBR.idle_restart
 * @param undoState BBR.undo_state
 * @param undoBwShortterm BBR.undo_bw_shortterm
 * @param undoInflightShortterm BBR.undo_inflight_shortterm
 * @param undoInflightLongterm BBR.undo_inflight_longterm
 */
public record BbrInfo(
        BbrState state,
        long cwnd,
        long pacingRate,
        int sendQuantum,
        double bw,
        double maxBw,
        double bwShortterm,
        long minRttNs,
        double bdp,
        double maxInflight,
        double inflightLongterm,
        double inflightShortterm,
        double extraAcked,
        long roundCount,
        int cycleCount,
        boolean fullBwReached,
        boolean fullBwNow,
        int fullBwCount,
        long drainStartRound,
        int bwProbeUpRounds,
        long bwProbeWaitNs,
        boolean prevProbeTooHigh,
        boolean prevProbePrecautionary,
        boolean idleRestart,
        @Nullable BbrState undoState,
        double undoBwShortterm,
        double undoInflightShortterm,
        double undoInflightLongterm) {}
