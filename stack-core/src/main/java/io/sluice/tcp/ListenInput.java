package io.sluice.tcp;

import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.link.OutboundPacket;
import io.sluice.link.Path;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.TcpOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SEGMENT ARRIVES in LISTEN (RFC 9293 §3.10.7.2), and what becomes of its half-open connections, held in the SYN cache (RFC 4987
 * §3.4); what arrives for these is for {@link HalfOpenInput}.
 */
final class ListenInput {
    private final TcpContext context;
    private final SynOptions synOptions = new SynOptions();
    private final SynCookies cookies;
    private int halfOpenCount;

    ListenInput(TcpContext context) {
        this.context = context;
        this.cookies = new SynCookies(context.random.nextLong(), context.random.nextLong());
    }

    /** Half-open connections of this host. */
    int halfOpenCount() {
        return halfOpenCount;
    }

    /** A segment for a listener, of a connection that nobody knows. */
    @Nullable DropReason onListen(Listener listener, Segment seg, long nowNs) {
        if (seg.rst()) { // first
            return DropReason.TCP_LISTEN_BAD_SEGMENT;
        }
        FlowKey key = new FlowKey(seg.localHi, seg.localLo, seg.remoteHi, seg.remoteLo, seg.ports);
        Path path = context.peerPaths.back(seg, nowNs);
        if (path == null) {
            return DropReason.TCP_LISTEN_BAD_SEGMENT;
        }
        listener.options.applyTo(path);
        if (seg.hasAck()) { // second
            return onAckInListen(listener, key, seg, path, nowNs);
        }
        if (!seg.syn()) { // fourth
            return DropReason.TCP_LISTEN_BAD_SEGMENT;
        }
        if (seg.fin() && context.knobs.isOn(Knob.DROP_SYN_FIN)) {
            return DropReason.TCP_BAD_FLAGS;
        }
        return onSyn(listener, key, seg, path, nowNs);
    }

    /** An ACK is bad here, RFC 9293 §3.10.7.2 says, unless it brings a SYN cookie back (RFC 4987 §3.6). */
    private @Nullable DropReason onAckInListen(Listener listener, FlowKey key, Segment seg, Path path, long nowNs) {
        if (seg.syn() && context.knobs.isOn(Knob.LISTEN_IGNORES_SYN_ACK)) {
            return DropReason.TCP_LISTEN_BAD_SEGMENT;
        }
        if (!seg.syn() && cookies.mayReturn(nowNs)) {
            HalfOpen h = newHalfOpen(listener, key, seg.seq - 1, seg, path);
            h.iss = seg.ack - 1;
            int tsClock = TcpContext.timestampClock(nowNs) + context.secret.timestampOffset(key);
            if (cookies.recover(h, seg, tsClock, nowNs)) {
                context.counters.increment(Counter.TCP_SYN_COOKIES_RETURNED);
                return complete(h, seg, path, nowNs);
            }
            context.counters.increment(Counter.TCP_SYN_COOKIES_FAILED);
        }
        context.replies.resetForListener(seg, path);
        return DropReason.TCP_LISTEN_BAD_SEGMENT;
    }

    /** Third, a SYN: it is remembered, answered with a cookie, or dropped. */
    private @Nullable DropReason onSyn(Listener listener, FlowKey key, Segment seg, Path path, long nowNs) {
        Knobs knobs = context.knobs;
        boolean always = knobs.get(Knob.SYN_COOKIES) >= 2 || knobs.isOn(Knob.SYN_COOKIES_ONLY);
        boolean full = !listener.hasRoomForSyn() || halfOpenCount >= knobs.get(Knob.SYN_CACHE_LIMIT);
        boolean overflow = knobs.isOn(Knob.SYN_NEEDS_ROOM_TO_ACCEPT) && !listener.hasRoomToAccept();
        boolean cookie = always || (full && knobs.isOn(Knob.SYN_COOKIES));
        if (overflow || (full && !cookie)) {
            context.counters.increment(Counter.TCP_BACKLOG_OVERFLOWS);
            return DropReason.TCP_BACKLOG_FULL;
        }
        HalfOpen h = halfOpen(listener, key, seg, path);
        context.counters.increment(Counter.TCP_PASSIVE_OPENS);
        if (cookie) {
            h.ecn &= h.timestamps; // no bit of the cookie is left for it
            h.accurateAce = 0; // nor one of the timestamp for more than RFC 3168
            h.iss = cookies.issue(h, nowNs);
            context.counters.increment(Counter.TCP_SYN_COOKIES_SENT);
            sendSynAck(h, path, true, nowNs);
            return null;
        }
        h.iss = context.secret.initialSequenceNumber(key, nowNs);
        if (context.fastOpenServer.judge(listener, seg, nowNs) == FastOpenServer.Verdict.OPENS) {
            seg.signatureIsSpare = false;
            openFast(h, seg, path, nowNs);
            return null;
        }
        SavedSyn.keep(h, seg);
        context.flows.put(h);
        seg.signatureIsSpare = false;
        listener.halfOpened();
        halfOpenCount++;
        cookie(synOptions, seg, context.fastOpenServer.answer);
        sendSynAck(h, path, false, nowNs);
        context.wheel.arm(h, nowNs + SynAckTimes.waitNs(knobs, 0));
        return null;
    }

    /** RFC 7413 §4.2.2, Server: a good cookie makes a connection of the SYN at once, and its text is the user's. */
    private void openFast(HalfOpen h, Segment seg, Path path, long nowNs) {
        Listener listener = h.listener;
        SavedSyn.keep(h, seg);
        TcpConnection c = promote(h, path, nowNs);
        c.listener = null;
        FastOpenState f = new FastOpenState();
        f.passive = true;
        f.pendingAt = listener;
        f.cookie = context.fastOpenServer.answer == null ? FastOpenCache.NO_COOKIE : context.fastOpenServer.answer;
        f.offers = f.cookie.length > 0;
        f.experimental = seg.options.fastOpenExperimental();
        f.synDataAccepted = seg.payloadLength > 0;
        c.totals.dataSegmentsIn += f.synDataAccepted ? seg.merged : 0;
        c.ownOccasional().fastOpen = f;
        c.tcb.snd.una = c.tcb.snd.nxt; // the window of a SYN counts from the first octet of data
        c.tcb.snd.unaOffset = 0;
        c.tcb.snd.wnd = seg.wnd; // RFC 7323 §2.2 (M3)
        c.tcb.snd.maxWnd = seg.wnd;
        c.tcb.snd.wl1 = seg.seq;
        context.algorithms.start(c, nowNs);
        c.tcb.ack.quick = (short) context.knobs.get(Knob.QUICK_ACK_SEGMENTS);
        context.dataInput.textOfSyn(c, seg, nowNs);
        c.synPending = true; // the SYN-ACK acknowledges the text
        c.wantTransmit();
        context.lossTimer.restart(c, nowNs);
        listener.fastOpened(c);
    }

    private static void cookie(SynOptions o, Segment seg, byte @Nullable [] cookie) {
        o.fastOpenCookie = cookie;
        o.fastOpenExperimental = seg.options.fastOpenExperimental();
    }

    /** What this side says, whatever the peer does. */
    private HalfOpen newHalfOpen(Listener listener, FlowKey key, int irs, Segment seg, Path path) {
        SocketOptions options = listener.options;
        if (options.noOptions) {
            seg.options.clear();
        }
        Signature signature = seg.signature;
        boolean timestamps = context.handshakeInput.offersTimestamps(signature) && seg.options.hasTimestamps();
        int segment = HandshakeInput.announcedMss(path, options) - HandshakeInput.timestampsOctets(timestamps);
        int window = context.receiveWindow.ofSyn(options, segment);
        HalfOpen h;
        if (options.rare.savesSyn()) {
            h = new SavingHalfOpen(listener, key, irs, window, signature);
        } else {
            h = signature == null
                    ? new HalfOpen(listener, key, irs, window)
                    : new SignedHalfOpen(listener, key, irs, window, signature);
        }
        h.udpPort = (short) seg.udpPort;
        h.rcvShift = context.receiveWindow.scaleOf(options);
        h.timestamps = timestamps;
        return h;
    }

    /** What the SYN says, and what will be answered. */
    private HalfOpen halfOpen(Listener listener, FlowKey key, Segment seg, Path path) {
        HalfOpen h = newHalfOpen(listener, key, seg.seq, seg, path);
        boolean scaling = context.knobs.isOn(Knob.WINDOW_SCALING) && seg.options.hasWindowScale();
        h.sndShift = scaling // RFC 7323 §2.3 (M6)
                ? (byte) Math.min(seg.options.windowScale(), HandshakeInput.MAX_WINDOW_SHIFT)
                : HalfOpen.UNSCALED;
        h.sackPermitted = context.knobs.isOn(Knob.SACK) && seg.options.sackPermitted();
        h.ecn = context.ecn.accepts(seg);
        h.accurateAce = context.ecn.acceptsAccurate(seg);
        h.userTimeout = (short) seg.options.userTimeout();
        h.tsRecent = seg.options.hasTimestamps() ? seg.options.tsVal() : 0;
        h.mss = (short) context.handshakeInput.peerMss(seg, path.ipv6());
        return h;
    }

    private void sendSynAck(HalfOpen h, Path path, boolean cookie, long nowNs) {
        SocketOptions options = h.listener.options;
        SynOptions o = synOptions;
        o.mss = HandshakeInput.announcedMss(path, options);
        o.signature = h.signature();
        o.windowScale = h.windowScaling() ? h.rcvShift : -1;
        o.sackPermitted = h.sackPermitted;
        o.timestamps = h.timestamps;
        int tsVal = TcpContext.timestampClock(nowNs) + context.secret.timestampOffset(h.key());
        o.tsVal = cookie ? SynCookies.timestamp(h, tsVal) : tsVal;
        o.tsEcr = h.tsRecent;
        o.userTimeout = context.userTimeout.advertisedSeconds(options);
        if (options.noOptions) {
            o.none();
        }
        if (o.fastOpenCookie != null && !o.hasRoomForCookie(o.fastOpenCookie.length, o.fastOpenExperimental)) {
            o.fastOpenCookie = null;
        }
        o.accurateEcn = !options.noOptions && context.accurateEcnOption.tellsInSynAck(h.accurateAce, h.retries);
        o.window = h.window;
        options.applyTo(path);
        OutboundPacket reply = context.replies.begin();
        int flags = TcpHeader.SYN | TcpHeader.ACK | context.ecn.synAckFlags(h);
        context.writer.writeSyn(o, path, reply, h.key(), flags, h.iss, h.irs + 1);
        o.fastOpenCookie = null; // RFC 7413 §4.2.1: not on repetitions
        context.replies.queue(path, reply);
        h.sentNs = nowNs;
    }

    /** The SYN-ACK was not answered: again, or give up. */
    void onSynAckTimeout(HalfOpen h, long nowNs) {
        int deferred = deferredTimeouts(h);
        if (h.timeouts >= SynAckTimes.limit(context.knobs) && !(h.awaitsData && h.timeouts < deferred)) {
            forget(h);
            return;
        }
        boolean quiet = h.awaitsData && h.timeouts < deferred - 1; // the last one gives the peer a last chance
        h.timeouts++;
        if (!quiet) {
            repeatSynAck(h, nowNs);
        }
        context.wheel.arm(h, nowNs + SynAckTimes.waitNs(context.knobs, h.timeouts));
    }

    /** TCP_DEFER_ACCEPT as the repetitions of a SYN-ACK that take as long. */
    int deferredTimeouts(HalfOpen h) {
        return SynAckTimes.repetitions(context.knobs, h.listener.options.rare.deferAcceptNs());
    }

    /** The half-open connection is over, without a word to the peer. */
    void forget(HalfOpen h) {
        context.wheel.disarm(h);
        if (context.flows.remove(h)) {
            ended(h);
            Authenticator.close(h.signature());
        }
    }

    private void ended(HalfOpen h) {
        h.listener.halfOpenEnded();
        halfOpenCount--;
    }

    /** The SYN-ACK once more, with what the half-open connection now says. */
    void repeatSynAck(HalfOpen h, long nowNs) {
        Path path = context.peerPaths.to(h, nowNs);
        if (path != null) {
            h.retries = (byte) Math.min(Byte.MAX_VALUE, h.retries + 1); // so it is not known which one is answered
            sendSynAck(h, path, false, nowNs);
            context.counters.increment(Counter.TCP_SEGMENTS_RETRANSMITTED);
        }
    }

    /** The SYN came once more: as if it were the first, except that nobody knows which SYN-ACK will be answered. */
    void restartSynAckTimer(HalfOpen h, long nowNs) {
        h.retries = 0;
        h.timeouts = 0;
        h.sentNs = 0; // Karn: RFC 6298 §3 (M4)
        context.wheel.arm(h, nowNs + SynAckTimes.waitNs(context.knobs, 0));
    }

    /** The ACK of our SYN, remembered or brought back by a cookie: a connection, if it may wait to be accepted. */
    @Nullable DropReason complete(HalfOpen h, Segment seg, Path path, long nowNs) {
        if (!h.listener.hasRoomToAccept()) {
            context.counters.increment(Counter.TCP_BACKLOG_OVERFLOWS);
            if (context.knobs.isOn(Knob.ACCEPT_OVERFLOW_RESETS)) {
                context.replies.resetForListener(seg, path);
                forget(h);
            }
            return DropReason.TCP_BACKLOG_FULL; // else the peer's data, or our SYN-ACK's repetition, tries again
        }
        context.wheel.disarm(h);
        if (context.flows.find(h.key()) == h) {
            ended(h);
        }
        seg.signatureIsSpare = false;
        TcpConnection c = promote(h, path, nowNs);
        c.totals.received(seg);
        return context.guard.onSegment(c, seg, nowNs);
    }

    /** The handshake is about to complete: the connection gets a TCB, still in SYN-RECEIVED. */
    private TcpConnection promote(HalfOpen h, Path path, long nowNs) {
        TcpConnection c = new TcpConnection(context, h.key(), path, h.listener.inherit());
        Authenticator.attach(c, h.signature());
        SavedSyn.pass(h, c);
        context.userCalls.applyPathOptions(c);
        Tcb tcb = c.tcb;
        tcb.snd.iss = h.iss;
        tcb.snd.una = h.iss;
        tcb.snd.nxt = h.iss + 1;
        tcb.snd.nxtOffset = 0;
        tcb.snd.peerMss = (char) h.mss();
        tcb.snd.mss = PathMtuDiscovery.sendMss(c);
        tcb.snd.wndShift = h.windowScaling() ? h.sndShift : 0;
        tcb.rcv.irs = h.irs;
        tcb.rcv.nxt = h.irs + 1;
        tcb.rcv.nxtOffset = 0;
        tcb.rcv.wnd = h.window;
        tcb.rcv.wndShift = h.windowScaling() ? h.rcvShift : 0;
        tcb.rcv.lastDataMs = TcpContext.timestampClock(nowNs);
        tcb.rcv.advertisedEdge = tcb.rcv.nxt + h.window;
        tcb.rcv.lastAckSent = tcb.rcv.nxt;
        tcb.rcv.mss = (char) HandshakeInput.announcedMss(path, c.options);
        tcb.windowScaling = h.windowScaling();
        tcb.sackPermitted = h.sackPermitted;
        tcb.timestamps = h.timestamps;
        tcb.ecn.negotiated = h.ecn;
        if (h.ecn && h.accurateAce != 0) {
            c.ownOccasional().accurateEcn = context.accurateEcn.onAgreed(h.accurateAce, h.retries);
        }
        context.userTimeout.onOption(c, TcpOptions.userTimeoutSeconds(h.userTimeout & 0xFFFF));
        tcb.timestampOffset = context.secret.timestampOffset(h.key());
        tcb.rcv.tsRecent = h.tsRecent;
        tcb.rcv.tsRecentNs = nowNs;
        tcb.snd.lastSentNs = h.sentNs;
        tcb.snd.synRetries = h.retries;
        c.totals.segmentsIn = 1; // the SYN
        if (h.retries > 0) {
            RareTotals.of(c).retransmittedSegments = h.retries;
        }
        c.listener = h.listener;
        c.attached = true;
        context.flows.put(c);
        c.transitionTo(TcpState.SYN_RECEIVED, nowNs);
        return c;
    }

    /** Forgets the half-open connections of a listener that is closing. */
    void onListenerClosed(Listener listener) {
        context.listeners.remove(listener);
        if (listener.halfOpenCount() == 0) {
            return;
        }
        List<HalfOpen> mine = new ArrayList<>();
        context.flows.forEach(f -> {
            if (f instanceof HalfOpen h && h.listener == listener) {
                mine.add(h);
            }
        });
        mine.forEach(this::forget);
    }
}
