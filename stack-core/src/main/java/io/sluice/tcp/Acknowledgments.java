package io.sluice.tcp;

import io.sluice.cc.AckSample;
import io.sluice.cc.RecoveryPhase;
import io.sluice.event.Counter;
import io.sluice.event.Readiness;
import io.sluice.event.RetransmitCause;
import io.sluice.wire.Seq;
import io.sluice.wire.TcpHeader;

/** What an acceptable acknowledgment does to the sending side: fifth step of RFC 9293 §3.10.7.4, RFC 2018 §5, RFC 6298. */
final class Acknowledgments {
    private final TcpContext context;

    Acknowledgments(TcpContext context) {
        this.context = context;
    }

    /**
     * Applies SEG.ACK, which lies between SND.UNA and SND.NXT, the SACK blocks and the window. Where a later acknowledgment has
     * overtaken this one, only the blocks: they are as true as they were (RFC 2018 §5).
     */
    void process(TcpConnection c, Segment seg, long nowNs) {
        AckOutcome outcome = context.outcome;
        AckSample sample = context.sample;
        outcome.begin(context.view.of(c), nowNs);
        noteFlags(c, seg, outcome);
        sample.reset(nowNs);
        RateSampler.checkIfApplicationLimited(c);
        sample.priorFlightBytes = c.tcb.flightBytes();
        long offset = c.tcb.sendOffset(seg.ack);
        boolean overtaken = offset < c.tcb.snd.unaOffset;
        boolean hadData = !c.ledger.isEmpty();
        boolean windowChanged = scaledWindow(c, seg) != c.tcb.snd.wnd;
        outcome.highestSackedBefore = c.ledger.sackedBytes() > 0 ? c.ledger.highestSacked() : -1;
        if (c.tcb.sackPermitted && seg.options.sackCount() > 0) {
            outcome.hadSack = true;
            applySacks(c, seg, offset, outcome);
            if (c.tcb.recovery.phase != RecoveryPhase.LOSS || c.tcb.recovery.canBeUndone()) {
                noteReordering(c, Math.min(outcome.takeLowestOriginal(), outcome.overtakenRepetition()), outcome);
            }
        }
        if (offset > c.tcb.snd.unaOffset) {
            advance(c, seg.ack, offset, outcome, sample);
            noteReordering(c, outcome.takeLowestOriginal(), outcome);
            SendNotices.onProgress(c, c.tcb.snd.nxtOffset, offset, nowNs);
            context.pathMtu.onAcknowledged(c, nowNs);
            c.path.link().onForwardProgress(c.path, nowNs);
        } else if (isDuplicate(c, seg, hadData, windowChanged, outcome)) {
            outcome.duplicate = true;
            context.counters.increment(Counter.TCP_DUPLICATE_ACKS_IN);
            context.episodes.onDuplicateAck(c);
        }
        tellWriter(c);
        updateWindow(c, seg, nowNs);
        if (hadData) {
            measure(c, seg, outcome, sample, nowNs);
            count(c, outcome);
            sample.inRecovery = wasRecovering(c);
            context.episodes.onAck(c, outcome, sample, nowNs);
            RateSampler.generate(c, sample.rate, nowNs);
            sample.ecnEcho = !overtaken && context.ecn.onAcknowledgment(c, seg, outcome, sample);
            informCongestionControl(c, outcome, sample);
            context.validation.onAcknowledged(c, sample, nowNs);
            context.dataInput.account(c);
            context.sendTuning.onAcknowledged(c);
            restartTimer(c, outcome, sample.cumulativelyAckedBytes > 0, nowNs);
        } else if (outcome.dsack || TailLossProbe.isPending(c)) {
            count(c, outcome);
            context.episodes.onAck(c, outcome, sample, nowNs); // a late one: the repetition was needless
            c.slim();
        }
        BusyTime.update(c, nowNs);
        continueSending(c);
    }

    /** Whether a recovery was going on, and this acknowledgment does not open the window even if it ends that. */
    private boolean wasRecovering(TcpConnection c) {
        return c.tcb.recovery.phase == RecoveryPhase.RECOVERY && !context.knobs.isOn(Knob.RECOVERY_END_OPENS_WINDOW);
    }

    private static void count(TcpConnection c, AckOutcome outcome) {
        c.deliveredBytes += outcome.deliveredBytes;
        c.tcb.ack.deliveredSegments += outcome.deliveredSegments;
        if (outcome.ece && outcome.deliveredSegments > 0) {
            RareTotals.of(c).deliveredCeSegments += outcome.deliveredSegments;
        }
    }

    /** What arrives behind what was sent after it has been overtaken. */
    private static void noteReordering(TcpConnection c, long start, AckOutcome outcome) {
        if (start < outcome.highestSackedBefore) {
            RareTotals.of(c).reorderings++;
        }
    }

    private static boolean isRepeatedAndSacked(TcpConnection c, long offset) {
        SentRange e = c.ledger.reaching(offset);
        return e != null && e.sacked && e.start <= offset && e.transmissions > 1;
    }

    private static void continueSending(TcpConnection c) {
        if (Pacer.hasWork(c)) {
            c.wantTransmit();
        } else {
            Pacer.stop(c);
        }
    }

    private static void noteFlags(TcpConnection c, Segment seg, AckOutcome outcome) {
        outcome.echoes = c.tcb.timestamps && seg.options.hasTimestamps() && seg.options.tsEcr() != 0;
        outcome.tsEcr = seg.options.tsEcr();
        outcome.ece = c.tcb.ecn.negotiated && AccurateEcn.of(c) == null && seg.has(TcpHeader.ECE);
    }

    /** RFC 2018 §5: what the blocks say has arrived. RFC 2883 §4: the first one may report a duplicate. */
    private static void applySacks(TcpConnection c, Segment seg, long ackOffset, AckOutcome outcome) {
        for (int i = 0; i < seg.options.sackCount(); i++) {
            long left = c.tcb.sendOffset(seg.options.sackLeft(i));
            long right = c.tcb.sendOffset(seg.options.sackRight(i));
            if (left >= right || right > c.tcb.snd.nxtOffset) {
                continue; // nonsense
            }
            if (i == 0 && isDuplicateReport(c, seg, left, right, ackOffset)) {
                outcome.dsack = true;
                outcome.dsackLeft = left;
                outcome.dsackRight = right;
                noteDuplicate(c, right - left, outcome);
                continue;
            }
            long from = Math.max(left, c.tcb.snd.unaOffset);
            if (left < ackOffset || from >= right) {
                continue;
            }
            long before = outcome.deliveredBytes;
            c.ledger.sack(from, right, outcome);
            outcome.newlySacked |= outcome.deliveredBytes > before;
        }
        outcome.dsackOfRepeated = outcome.dsack && isRepeatedAndSacked(c, outcome.dsackLeft);
    }

    private static void noteDuplicate(TcpConnection c, long octets, AckOutcome outcome) {
        int mss = Math.max(1, c.effectiveMss());
        int segments = (int) ((octets + mss - 1) / mss);
        RareTotals totals = RareTotals.of(c);
        totals.duplicatesReported = (int) Math.min(Integer.MAX_VALUE, (long) totals.duplicatesReported + segments);
        outcome.dsackCredible = totals.duplicatesReported <= totals.retransmittedSegments;
        if (outcome.dsackCredible && c.context.knobs.isOn(Knob.DUPLICATES_COUNT_AS_DELIVERED)) {
            boolean whole = c.context.knobs.isOn(Knob.WINDOW_IN_SEGMENTS);
            outcome.deliveredBytes += whole ? (long) segments * c.window.smss() : octets;
            outcome.deliveredSegments += segments;
        }
    }

    /** RFC 2883 §4: the first block reports a duplicate if it is acknowledged already, or part of the second one. */
    private static boolean isDuplicateReport(TcpConnection c, Segment seg, long left, long right, long ackOffset) {
        if (right <= ackOffset) {
            return true;
        }
        return seg.options.sackCount() > 1
                && c.tcb.sendOffset(seg.options.sackLeft(1)) <= left
                && c.tcb.sendOffset(seg.options.sackRight(1)) >= right;
    }

    private void advance(TcpConnection c, int ack, long offset, AckOutcome outcome, AckSample sample) {
        Tcb.SendSpace snd = c.tcb.snd;
        sample.cumulativelyAckedBytes = offset - snd.unaOffset;
        snd.una = ack;
        c.tcb.recovery.softError = null;
        snd.unaOffset = offset;
        c.ledger.acknowledge(offset, outcome);
        c.sendQueue.releaseTo(offset);
        snd.probes = 0;
        if (snd.more == Tcb.SendSpace.MORE_AWAITED) {
            snd.more = Tcb.SendSpace.MORE_WRITTEN;
        }
        Occasional o = c.occasional;
        if (o != null && o.totals != null) {
            o.totals.onProgress(sample.nowNs);
        }
        context.userTimeout.onProgress(c, sample.nowNs);
    }

    /** Tells a writer that waits, if there is room for it now. */
    void tellWriter(TcpConnection c) {
        if (c.writerWaits && context.sendRoom.isWorthSignalling(c)) {
            c.writerWaits = false;
            c.signal(Readiness.WRITABLE);
        }
    }

    /** RFC 5681 §2, DUPLICATE ACKNOWLEDGMENT; with SACK RFC 5681 §3.2 (M11), RFC 6675 §2: it tells of new data that has arrived. */
    private static boolean isDuplicate(
            TcpConnection c, Segment seg, boolean hadData, boolean windowChanged, AckOutcome outcome) {
        if (!hadData || seg.ack != c.tcb.snd.una) {
            return false;
        }
        if (c.tcb.sackPermitted) {
            return outcome.newlySacked;
        }
        return seg.payloadLength == 0 && !seg.has(TcpHeader.SYN | TcpHeader.FIN) && !windowChanged;
    }

    /** RFC 7323 §2.3 (M5). */
    private static int scaledWindow(TcpConnection c, Segment seg) {
        return seg.wnd << c.tcb.snd.wndShift;
    }

    /**
     * RFC 9293 §3.10.7.4: the send window, from segments that are not older than the last one used. What fills a hole has an
     * older sequence number, and is newer all the same if it acknowledges more. Text that has come before makes a segment old, where
     * nothing but its acknowledgment counts.
     */
    void updateWindow(TcpConnection c, Segment seg, long nowNs) {
        Tcb.SendSpace snd = c.tcb.snd;
        int seq = seg.seq - seg.oldOctets;
        boolean newer = Seq.lt(snd.wl1, seq) || (snd.wl1 == seq && snd.wl2 == seg.ack) || Seq.lt(snd.wl2, seg.ack);
        if (!newer || Seq.lt(seg.ack, snd.una)) {
            return;
        }
        snd.wnd = scaledWindow(c, seg);
        snd.wl1 = seq;
        snd.wl2 = seg.ack;
        if (snd.wnd > snd.maxWnd) {
            snd.maxWnd = snd.wnd;
            context.sizing.onLargestWindow(c);
        }
        onAnswerToProbe(c, nowNs);
        if (snd.wnd > 0 && (c.unsentBytes() > 0 || c.finPending())) {
            c.wantTransmit();
        }
    }

    private void onAnswerToProbe(TcpConnection c, long nowNs) {
        Tcb.SendSpace snd = c.tcb.snd;
        if (snd.probes == 0 && !(c.ledger.isEmpty() && c.timers.isArmed(TcpTimer.PERSIST))) {
            return;
        }
        boolean patient = context.knobs.isOn(Knob.PROBES_WAIT_FROM_ANSWER);
        boolean probedWithText = !c.ledger.isEmpty(); // which is to be repeated before anything else can leave
        boolean enough = probedWithText || snd.wnd >= Math.min(c.effectiveMss(), c.unsentBytes());
        boolean opens = snd.wnd > 0 && (!patient || enough);
        if (snd.probes > 0 && opens) {
            leaveProbing(c, nowNs);
        } else if (patient) {
            context.timeouts.armPersist(c, false, nowNs);
        }
    }

    /** The window is open again: what the probes sent and nobody took is repeated at once. */
    private void leaveProbing(TcpConnection c, long nowNs) {
        c.tcb.snd.probes = 0;
        c.timers.disarm(TcpTimer.PERSIST);
        if (!c.ledger.isEmpty()) {
            c.ledger.markAllLost(RetransmitCause.WINDOW_OPENED);
            context.lossTimer.restart(c, nowNs);
            c.wantTransmit();
        }
    }

    /**
     * A round-trip time, from the ledger or, where everything acknowledged was repeated, from the echoed timestamp.
     * RFC 9293 §3.8.1 (MUST-18), RFC 6298 §3 (M4, M5).
     */
    private void measure(TcpConnection c, Segment seg, AckOutcome outcome, AckSample sample, long nowNs) {
        if (sample.cumulativelyAckedBytes > 0) {
            context.rttEstimator.onProgress(c.tcb.rtt);
        }
        sample.rttNs = outcome.rttNs(nowNs);
        boolean echoes = sample.rttNs == AckSample.NO_RTT
                && sample.cumulativelyAckedBytes > 0
                && c.tcb.timestamps
                && seg.options.hasTimestamps()
                && seg.options.tsEcr() != 0;
        if (echoes && isAmbiguous(c, seg, outcome, nowNs)) {
            return; // the back-off stays until there is a measurement (RFC 6298 §5)
        }
        if (echoes) {
            int ms = TcpContext.timestampClock(nowNs) + c.tcb.timestampOffset - seg.options.tsEcr(); // RFC 7323 §4.1
            if (ms >= 0 && ms < 1 << 24) {
                sample.rttNs = Math.max(1, ms) * 1_000_000L;
            }
        }
        if (sample.rttNs != AckSample.NO_RTT) {
            long samples = sample.priorFlightBytes / (2L * Math.max(1, c.tcb.snd.mss)) + 1;
            context.rttEstimator.sample(c, sample.rttNs, samples);
            c.tcb.snd.probeAwaitsRtt = false;
        }
    }

    /**
     * Whether the echo is of the original although the segment was repeated, and it may be the repetition that was
     * answered: its receiver had the original, whose acknowledgment was lost, and echoes that one again (RFC 7323 §4.3),
     * so that the time since then holds the retransmission timeout. Measured, each such loss would prolong the next.
     */
    private static boolean isAmbiguous(TcpConnection c, Segment seg, AckOutcome outcome, long nowNs) {
        long repeatedNs = outcome.firstRepeatedNs();
        if (repeatedNs > nowNs) {
            return false;
        }
        int repeated = TcpContext.timestampClock(repeatedNs) + c.tcb.timestampOffset;
        return Seq.lt(seg.options.tsEcr(), repeated) && nowNs - repeatedNs >= c.tcb.rtt.minRttNs;
    }

    private static void informCongestionControl(TcpConnection c, AckOutcome outcome, AckSample sample) {
        sample.newlyAckedBytes = outcome.deliveredBytes;
        sample.newlyLostBytes = outcome.lostBytes;
        sample.pipeBytes = c.pipeBytes();
        sample.deliveredBytes = c.deliveredBytes;
        // RFC 5681 §3.2 (M15): an ACK that ends the recovery counts as well, and opens no window.
        sample.inRecovery |= c.tcb.recovery.phase == RecoveryPhase.RECOVERY;
        sample.afterTimeout =
                c.tcb.recovery.phase == RecoveryPhase.LOSS && c.context.knobs.isOn(Knob.SLOW_AFTER_TIMEOUT);
        boolean limited = c.tcb.snd.unaOffset - sample.cumulativelyAckedBytes <= c.tcb.recovery.cwndLimitedOffset;
        // RFC 7661 §4.1, and in slow start the window may be up to twice what was in flight.
        boolean mayDouble = c.window.inSlowStart() && 2 * c.tcb.recovery.maxFlightBytes > c.window.cwnd();
        boolean unused = c.context.validation.isOn(c)
                ? c.context.validation.isUnvalidated(c, sample.nowNs) // RFC 7661 §4.4
                : !mayDouble;
        sample.appLimited = !limited && unused;
        sample.opensWindow = sample.cumulativelyAckedBytes > 0 || (outcome.newlySacked && opensOutOfOrder(c));
        boolean news = sample.newlyAckedBytes > 0 || sample.newlyLostBytes > 0;
        if (news && (!sample.undone || c.congestionControl.ownsRecoveryWindow())) {
            c.congestionControl.onAck(c.window, c, sample);
            c.context.pacingRate.update(c, sample.nowNs);
            c.context.events.congestionWindow(c, c.window.cwnd(), c.window.ssthresh(), sample.nowNs);
        }
    }

    /** Deviates from RFC 5681 §3.1 where the knob says so: there SACK tells of every segment, and holes are no sign of losses. */
    private static boolean opensOutOfOrder(TcpConnection c) {
        Knobs knobs = c.context.knobs;
        return c.tcb.snd.reordering > knobs.getInt(Knob.DUPLICATE_THRESHOLD)
                && knobs.isOn(Knob.OPEN_WINDOW_OUT_OF_ORDER);
    }

    /** RFC 6298 §5.2 and §5.3; RFC 6582 §3.2, step 3: of the partial acknowledgments, only for the first. */
    private void restartTimer(TcpConnection c, AckOutcome outcome, boolean advanced, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        boolean partial = advanced && r.phase == RecoveryPhase.RECOVERY && !c.tcb.sackPermitted;
        boolean impatient = partial && r.partial;
        r.partial |= partial;
        if (c.ledger.isEmpty()) {
            LossTimer.stop(c);
            c.slim();
        } else if (advanced && !impatient) {
            context.lossTimer.restart(c, nowNs);
        } else {
            context.lossTimer.onSacked(c, outcome.firstSentNs(), nowNs);
        }
    }
}
