package io.sluice.tcp;

import io.sluice.cc.RecoveryPhase;
import io.sluice.event.RetransmitCause;
import io.sluice.link.Path;
import io.sluice.time.Deadline;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6Header;

/**
 * How large segments may be: path MTU discovery by ICMP (RFC 1191, RFC 8201), recovery from black holes, where ICMP does
 * not arrive, and the search for a larger size by probes (RFC 4821 §7, RFC 8899 §5).
 */
final class PathMtuDiscovery {
    /** RFC 1191 §3: no IPv4 link may ask for less than 68; RFC 8201 §4: no IPv6 link for less than 1280. */
    private static final int SMALLEST_MTU_V4 = Ipv4Header.MINIMUM_MTU;

    private static final int SMALLEST_MTU_V6 = Ipv6Header.MINIMUM_MTU;

    /** RFC 4821 §7.4: the window must hold a probe and enough behind it that its loss is found without a timeout. */
    private static final int SMALLEST_WINDOW_SEGMENTS = 11;

    /** RFC 4821 §7.6.3: so many times longer nothing is probed after a probe that ended with a timeout. */
    private static final int TIMEOUT_FACTOR = 5;

    /** RFC 4821 §7.8: a size is verified over so many retransmission timeouts and segments, of which a tenth may be lost. */
    private static final int VERIFIED_TIMEOUTS = 2;

    private static final int VERIFIED_SEGMENTS = 50;
    private static final int MOST_LOST_DIVISOR = 10;

    private final TcpContext context;

    PathMtuDiscovery(TcpContext context) {
        this.context = context;
    }

    /** SendMSS of RFC 9293 §3.7.1 (MUST-16): what the peer takes, within what the path carries as far as is known. */
    static int sendMss(TcpConnection c) {
        return Math.min(c.tcb.snd.peerMss, HandshakeInput.mssOf(c.path, c.path.mtu(), c.options));
    }

    /** The largest segment that the link, the peer and the user allow. */
    private static int largestMss(TcpConnection c) {
        return Math.min(c.tcb.snd.peerMss, HandshakeInput.mssOf(c.path, c.path.linkMtu(), c.options));
    }

    private static PathMtuState own(TcpConnection c) {
        PathMtuState s = c.pathMtu();
        if (s == null) {
            s = new PathMtuState();
            c.ownOccasional().pathMtu = s;
        }
        return s;
    }

    private static void setMss(TcpConnection c, int mss, long nowNs) {
        int before = c.window.smss();
        c.tcb.snd.mss = mss;
        c.window.smss(HandshakeInput.smss(c.tcb));
        if (c.window.smss() != before) {
            c.congestionControl.onMss(c.window, before, nowNs);
        }
    }

    /** The connection is ESTABLISHED: a path that is known to be narrow is doubted after a while. */
    void onEstablished(TcpConnection c, long nowNs) {
        if (c.path.mtu() < c.path.linkMtu()) {
            own(c).expiresNs = Deadline.after(nowNs, context.knobs.ns(Knob.PATH_MTU_LIFETIME_MS));
        }
    }

    /** ICMP, about a segment that is in flight, says that the path carries no more than {@code mtu} (RFC 1191 §6.4). */
    void onPacketTooBig(TcpConnection c, int quotedSeq, int mtu, long nowNs) {
        if (!context.knobs.isOn(Knob.PATH_MTU_DISCOVERY)
                || !c.options.rare.pathMtu().believesIcmp()) {
            return;
        }
        int newMtu = Math.max(mtu, c.path.ipv6() ? SMALLEST_MTU_V6 : SMALLEST_MTU_V4);
        int mss = HandshakeInput.mssOf(c.path, newMtu, c.options);
        PathMtuState s = c.pathMtu();
        if (s != null && s.isProbing() && c.tcb.sendOffset(quotedSeq) == s.probeStart && mss < s.probeMss) {
            // RFC 4821 §7.6.3: the answer to the probe, not a change of the path
            probeFailed(c, s, Math.max(mss, s.low), nowNs);
        }
        if (newMtu >= c.path.mtu()) {
            return; // RFC 5927 §7.2: no news
        }
        c.path.mtu(newMtu);
        s = own(c);
        s.unverifiedFrom = 0; // what is lost from here on is explained
        s.expiresNs = Deadline.after(nowNs, context.knobs.ns(Knob.PATH_MTU_LIFETIME_MS));
        s.high = Math.min(s.high, mss);
        s.low = Math.min(s.low, mss);
        if (context.fastOpenClient.onPacketTooBig(c)) {
            return;
        }
        if (mss < c.tcb.snd.mss && FastOpenState.maySend(c)) {
            setMss(c, mss, nowNs);
            ForwardRto.end(c);
            // RFC 1191 §6.4: what was too big is sent again at once, smaller
            c.ledger.markAllLost(RetransmitCause.PATH_MTU);
            c.wantTransmit();
        }
    }

    /**
     * Before sending: the link may carry less than it did (RFC 4861 §6.3.4), and what ICMP said long ago is forgotten (RFC 1191 §6.3,
     * RFC 8201 §4: not within five minutes).
     */
    void refresh(TcpConnection c, long nowNs) {
        int linkMtu = c.path.linkMtu();
        if (c.path.mtu() > linkMtu) {
            narrow(c, linkMtu, nowNs);
        }
        PathMtuState s = c.pathMtu();
        if (s == null || s.expiresNs > nowNs) {
            return;
        }
        s.expiresNs = Deadline.NEVER;
        Path now = context.environment.path(c.key().local(), c.key().remote(), nowNs);
        if (now != null && now.mtu() > c.path.mtu()) {
            c.path.mtu(now.mtu());
            setMss(c, Math.max(c.tcb.snd.mss, sendMss(c)), nowNs);
        }
        onEstablished(c, nowNs);
    }

    private static void narrow(TcpConnection c, int linkMtu, long nowNs) {
        c.path.mtu(linkMtu);
        int mss = HandshakeInput.mssOf(c.path, linkMtu, c.options);
        PathMtuState s = c.pathMtu();
        if (s != null) {
            s.high = Math.min(s.high, mss);
            s.low = Math.min(s.low, mss);
        }
        if (mss < c.tcb.snd.mss) {
            setMss(c, mss, nowNs);
        }
    }

    /** The retransmission timer has expired; {@code expiry} counts from 1 since data was last acknowledged. */
    void onTimeout(TcpConnection c, int expiry, long nowNs) {
        PathMtuState s = c.pathMtu();
        if (s != null) {
            s.failedEnd = PathMtuState.NONE;
            if (s.isProbing()) {
                s.endProbe(); // nobody knows why
                s.quietUntilNs = Deadline.after(nowNs, TIMEOUT_FACTOR * quietNs(c)); // RFC 4821 §7.6.3
            }
        }
        SentRange head = c.ledger.head();
        if (head == null || head.sacked) {
            return;
        }
        if (detectsBlackHoles(c.path.ipv6())) {
            stepDown(c, expiry, nowNs);
        } else if (context.knobs.isOn(Knob.MTU_PROBING)
                && c.tcb.recovery.softError == null // RFC 4821 §7.7: else ICMP has said why
                && expiry >= context.knobs.get(Knob.BLACK_HOLE_TIMEOUTS)
                && Math.min(head.length(), head.mss) >= Math.min(base(c), c.effectiveMss())) {
            fall(c, nowNs);
        }
    }

    private boolean detectsBlackHoles(boolean ipv6) {
        long families = context.knobs.get(Knob.BLACK_HOLE_DETECTION);
        return families == 1 || families == (ipv6 ? 3 : 2);
    }

    /** Two timeouts with each of two smaller sizes; if these do not pass either, it was no black hole. */
    private void stepDown(TcpConnection c, int expiry, long nowNs) {
        boolean ipv6 = c.path.ipv6();
        PathMtuState s = own(c);
        int first = context.knobs.getInt(ipv6 ? Knob.BLACK_HOLE_MSS_V6 : Knob.BLACK_HOLE_MSS_V4);
        int last = context.defaultMss(ipv6);
        if (expiry == 2) {
            s.mssBefore = c.tcb.snd.mss;
            setMss(c, Math.min(c.tcb.snd.mss, first < c.tcb.snd.mss ? first : last), nowNs);
        } else if (expiry == 4 && last < c.tcb.snd.mss) {
            setMss(c, last, nowNs);
        } else if ((expiry == 4 || expiry == 6) && s.mssBefore > 0) { // no smaller size is left
            setMss(c, s.mssBefore, nowNs);
            s.mssBefore = 0;
        }
    }

    /**
     * RFC 4821 §7.7, RFC 8899 §5.2: a black hole. First the size that has passed, if there is one; then that which passes everywhere,
     * which is halved as long as nothing passes.
     */
    private void fall(TcpConnection c, long nowNs) {
        PathMtuState s = own(c);
        int base = base(c);
        int mss = base;
        if (s.searching && c.tcb.snd.mss > s.low) {
            mss = s.low;
        } else if (s.searching && c.tcb.snd.mss <= base) {
            mss = s.low / 2;
        }
        mss = Math.min(Math.max(mss, floor(c)), c.tcb.snd.mss);
        s.searching = true;
        s.unverifiedFrom = 0;
        s.low = mss;
        s.high = largestMss(c);
        s.highFirst = true;
        s.nextSearchNs = Deadline.after(nowNs, context.knobs.ns(Knob.MTU_PROBE_INTERVAL_S) * 1000);
        setMss(c, mss, nowNs);
    }

    /** The initial search_low of RFC 4821 §7.2, which on IPv6 no link is too narrow for. */
    private int base(TcpConnection c) {
        int everywhere = c.path.ipv6() ? SMALLEST_MTU_V6 - HandshakeInput.headersBytes(c.path) : 0;
        return Math.min(Math.max(context.knobs.getInt(Knob.MTU_PROBE_BASE_MSS), everywhere), largestMss(c));
    }

    /** RFC 4821 §7.7: 68 octets for IPv4 and 1280 for IPv6 are the least; a knob may want more. */
    private int floor(TcpConnection c) {
        int least = (c.path.ipv6() ? SMALLEST_MTU_V6 : SMALLEST_MTU_V4) - HandshakeInput.headersBytes(c.path);
        return Math.min(Math.max(context.knobs.getInt(Knob.MTU_PROBE_FLOOR), least), base(c));
    }

    /** RFC 4821 §7.6.2: as many round trips as the congestion window has segments, the time between two signs of congestion. */
    private static long quietNs(TcpConnection c) {
        return c.tcb.rtt.srttNs * (1 + c.window.cwnd() / c.window.smss());
    }

    /**
     * Octets of new data that the next segment should carry as a probe (RFC 4821 §7.4), or 0 if it should be none.
     *
     * @param room what congestion control still lets out
     */
    int probeLength(TcpConnection c, long unsent, long room, long nowNs) {
        if (!probes(c)) {
            return 0;
        }
        PathMtuState s = searching(c, nowNs);
        if (s.isProbing() || !isCalm(c) || !mayGrow(c, s, nowNs)) {
            return 0;
        }
        int mss = s.highFirst ? s.high : (s.high + s.low) / 2;
        int length = mss - SegmentWriter.usualOptionsLength(c.tcb);
        // RFC 4821 §7.4: enough has to follow for the loss to be found by duplicate acknowledgments.
        long needed = length + (context.knobs.get(Knob.DUPLICATE_THRESHOLD) + 1) * c.effectiveMss();
        long usable = c.tcb.snd.unaOffset + c.tcb.snd.wnd - c.tcb.snd.nxtOffset;
        if (length <= c.effectiveMss() || needed > Math.min(unsent, usable) || length > room) {
            return 0;
        }
        s.probeMss = mss;
        return length;
    }

    /** Whether a larger size is looked for: never by what may be cut on the way (RFC 8899 §3 (2)), which says nothing of the path. */
    private boolean probes(TcpConnection c) {
        long mode = context.knobs.get(Knob.MTU_PROBING);
        PathMtuState s = c.pathMtu();
        boolean wanted = mode >= 2 || (mode == 1 && s != null && s.searching);
        return wanted && (c.path.ipv6() || c.path.dontFragment());
    }

    private PathMtuState searching(TcpConnection c, long nowNs) {
        PathMtuState s = own(c);
        if (!s.searching) {
            s.searching = true;
            s.low = Math.min(base(c), c.tcb.snd.mss);
            s.high = largestMss(c);
            s.nextSearchNs = Deadline.after(nowNs, context.knobs.ns(Knob.MTU_PROBE_INTERVAL_S) * 1000);
        }
        return s;
    }

    /** No loss is being repaired, so that the fate of a probe says something about its size alone. */
    private static boolean isCalm(TcpConnection c) {
        return c.tcb.recovery.phase == RecoveryPhase.OPEN
                && c.ledger.sackedBytes() == 0
                && c.window.cwnd() >= (long) SMALLEST_WINDOW_SEGMENTS * c.effectiveMss();
    }

    /** Whether there are sizes left to try; after a while all are tried again (RFC 4821 §7.3). */
    private boolean mayGrow(TcpConnection c, PathMtuState s, long nowNs) {
        if (nowNs < s.quietUntilNs) {
            return false; // RFC 4821 §7.6.2 (MUST NOT): not soon after a lost probe that was no sign of congestion
        }
        if (nowNs >= s.nextSearchNs) {
            s.high = largestMss(c);
            s.nextSearchNs = Deadline.after(nowNs, context.knobs.ns(Knob.MTU_PROBE_INTERVAL_S) * 1000);
        }
        return s.high - s.low >= context.knobs.get(Knob.MTU_PROBE_THRESHOLD) && s.high > c.tcb.snd.mss;
    }

    /** The largest segment of new data at {@code start}: a probe may be more than what usually leaves. */
    static int segmentSize(TcpConnection c, long start) {
        PathMtuState s = c.pathMtu();
        return s != null && s.probeStart == start ? Math.max(1, (int) (s.probeEnd - start)) : c.effectiveMss();
    }

    /** The probe that {@link #probeLength} asked for is leaving. */
    static void onProbeSent(TcpConnection c, long start, long end) {
        PathMtuState s = own(c);
        s.probeStart = start;
        s.probeEnd = end;
    }

    /** SND.UNA has advanced: if over the probe, its size passes. */
    void onAcknowledged(TcpConnection c, long nowNs) {
        PathMtuState s = c.pathMtu();
        if (s == null) {
            return;
        }
        if (s.unverifiedFrom > 0) {
            verify(c, s, nowNs);
        }
        if (!s.isProbing() || c.tcb.snd.unaOffset < s.probeEnd) {
            return;
        }
        s.endProbe();
        s.low = s.probeMss;
        s.highFirst = false;
        if (s.probeMss > c.tcb.snd.mss) {
            s.unverifiedFrom = c.tcb.snd.mss;
            s.raisedNs = nowNs;
            s.deliveredBefore = c.deliveredBytes;
            s.lostBefore = c.lostBytesTotal;
            c.path.mtu(Math.max(c.path.mtu(), s.probeMss + HandshakeInput.headersBytes(c.path)));
            setMss(c, s.probeMss, nowNs);
        }
    }

    /**
     * RFC 4821 §7.8: where the flow takes several paths, one probe says nothing of the others. If more than a tenth is lost since the
     * size was raised, over several retransmission timeouts, it goes back to what it was.
     */
    private void verify(TcpConnection c, PathMtuState s, long nowNs) {
        long delivered = c.deliveredBytes - s.deliveredBefore;
        long lost = c.lostBytesTotal - s.lostBefore;
        if (nowNs - s.raisedNs < VERIFIED_TIMEOUTS * context.rttEstimator.rtoNs(c)
                || delivered + lost < (long) VERIFIED_SEGMENTS * c.tcb.snd.mss) {
            return;
        }
        int before = s.unverifiedFrom;
        s.unverifiedFrom = 0;
        if (before < c.tcb.snd.mss && lost * MOST_LOST_DIVISOR > delivered + lost) {
            s.high = c.tcb.snd.mss - 1;
            s.low = before;
            s.endProbe();
            s.quietUntilNs = Deadline.after(nowNs, quietNs(c));
            c.path.mtu(before + HandshakeInput.headersBytes(c.path));
            setMss(c, before, nowNs);
        }
    }

    /**
     * A loss is about to be repaired: if it is the probe alone, it only says that the size does not pass, and nothing about
     * congestion (RFC 4821 §7.5): it is sent again in smaller segments.
     */
    boolean isProbeLoss(TcpConnection c, long nowNs) {
        PathMtuState s = c.pathMtu();
        if (s == null) {
            return false;
        }
        if (s.isProbing() && c.tcb.snd.unaOffset == s.probeStart) {
            if (isLostAlone(c)) {
                probeFailed(c, s, s.probeMss - 1, nowNs);
            } else {
                s.endProbe(); // RFC 4821 §7.6.4: inconclusive: the same size again when this is repaired
            }
        }
        return c.tcb.snd.unaOffset < s.failedEnd; // what more ACKs tell of the same loss
    }

    private static boolean isLostAlone(TcpConnection c) {
        SentRange head = c.ledger.head();
        return head == null || c.ledger.lostBytes() - (head.lost ? head.counted() : 0) == 0;
    }

    private static void probeFailed(TcpConnection c, PathMtuState s, int high, long nowNs) {
        s.quietUntilNs = Deadline.after(nowNs, quietNs(c));
        s.high = high;
        s.highFirst = false;
        s.failedEnd = s.probeEnd;
        s.endProbe();
        SentRange head = c.ledger.head();
        if (head != null && c.tcb.snd.unaOffset == head.start && !head.lost && !head.sacked) {
            c.ledger.markLost(head);
            head.cause = RetransmitCause.PATH_MTU;
        }
        Tcb.Recovery r = c.tcb.recovery;
        r.retransmitNow = true;
        r.dupAckedBytes = 0;
        r.dupAcks = 0;
        c.wantTransmit();
    }
}
