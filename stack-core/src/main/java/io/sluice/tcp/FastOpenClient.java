package io.sluice.tcp;

import io.sluice.event.Counter;
import io.sluice.event.RetransmitCause;
import io.sluice.event.SocketError;
import io.sluice.link.OutboundPacket;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.TcpOptions;
import org.jspecify.annotations.Nullable;

/**
 * The client of Fast Open: cookies are asked for, kept and used (RFC 7413 §4.1.3, §4.2.1), data goes on the SYN (§4.2.2), and
 * where that does not work it is left for a while (§4.1.3.1, §7.1).
 */
final class FastOpenClient {
    /** What a SYN with data leaves free for options, those included that middleboxes add. */
    private static final int OPTION_SPACE = TcpHeader.MAX_OPTIONS_LENGTH;

    /** Timeouts in a row that mean that the network swallows the connection. */
    private static final int BLACK_HOLE_TIMEOUTS = 3;

    final FastOpenCache cache;

    private final TcpContext context;

    FastOpenClient(TcpContext context) {
        this.context = context;
        this.cache = new FastOpenCache(context.knobs);
    }

    /**
     * An active open begins that may be fast: decides what its SYN carries.
     *
     * @param defer the SYN waits for the first write, if it can carry data
     */
    void prepare(TcpConnection c, boolean defer, long nowNs) {
        if (!context.knobs.isOn(Knob.FAST_OPEN_CLIENT) || !cache.mayTry(c.key(), nowNs)) {
            return;
        }
        FastOpenCache.Entry known = cache.find(c.key(), nowNs);
        boolean cookieless =
                c.options.fastOpen.withoutCookie() || context.knobs.isOn(Knob.FAST_OPEN_CLIENT_WITHOUT_COOKIE);
        FastOpenState f = new FastOpenState();
        f.offers = !cookieless;
        if (known != null && !cookieless) {
            f.cookie = known.cookie;
            f.experimental = known.cookie.length > 0 ? known.experimental : known.askExperimental;
        }
        // RFC 7413 §4.2.1: without a cookie one is asked for, by a SYN that is empty
        f.room = cookieless || f.cookie.length > 0 ? room(c, known) : 0;
        f.deferred = defer && f.room > 0;
        c.ownOccasional().fastOpen = f;
    }

    /** What the SYN may carry: RFC 7413 §4.1.3, within what the path carries. */
    private int room(TcpConnection c, FastOpenCache.@Nullable Entry known) {
        int mss = known != null && known.mss > 0
                ? known.mss
                : context.knobs.isOn(Knob.FAST_OPEN_MSS_OF_STRANGERS)
                        ? c.tcb.rcv.mss
                        : context.defaultMss(c.path.ipv6());
        return Math.max(0, Math.min(mss, HandshakeInput.mssOf(c.path, c.path.mtu(), c.options)) - OPTION_SPACE);
    }

    /**
     * The SYN of {@code c} is being written: adds the option and as much data as it may carry. RFC 7413 §4.2.1: only to the
     * first one, not to its repetitions.
     */
    void onSyn(TcpConnection c, SynOptions o, OutboundPacket packet, int maxSlices) {
        FastOpenState f = FastOpenState.of(c);
        if (f == null || f.passive || c.tcb.snd.synRetries > 0 || f.synData > 0) {
            return;
        }
        if (f.offers) {
            if (!o.hasRoomForCookie(f.cookie.length, f.experimental)) {
                f.offers = false;
                return;
            }
            o.fastOpenCookie = f.cookie;
            o.fastOpenExperimental = f.experimental;
        }
        int data = (int) Math.min(f.room, c.sendQueue.endOffset());
        f.synData = data > 0 ? c.sendQueue.slice(0, data, maxSlices, packet) : 0;
    }

    /** The first write has come: the SYN that waited for it may leave. */
    static void onWrite(TcpConnection c) {
        FastOpenState f = FastOpenState.of(c);
        if (f != null && f.deferred) {
            f.deferred = false;
            c.synPending = true;
        }
    }

    /** An acceptable SYN-ACK has arrived: what it says is for the next connection (RFC 7413 §4.1.3). */
    void onSynAck(TcpConnection c, Segment seg, long nowNs) {
        FastOpenState f = FastOpenState.of(c);
        if (f == null || !f.offers) {
            return;
        }
        TcpOptions options = seg.options;
        boolean understood = !options.fastOpenExperimental() || context.knobs.isOn(Knob.FAST_OPEN_EXPERIMENTAL);
        boolean hasCookie = options.fastOpenLength() > 0 && understood;
        if (hasCookie) {
            learn(cache.own(c.key(), nowNs), c, seg, nowNs);
        } else if (f.cookie.length > 0) {
            onNoNewCookie(c, f, seg, nowNs);
        } else {
            cache.leaveAlone(c.key(), nowNs);
            if (c.tcb.snd.synRetries == 0 && context.knobs.isOn(Knob.FAST_OPEN_EXPERIMENTAL)) {
                askOtherwise(cache.own(c.key(), nowNs), f);
            }
        }
    }

    /** The cookie stays good, unless it was for nothing: RFC 7413 §4.1.3.1, the server does not acknowledge the data. */
    private void onNoNewCookie(TcpConnection c, FastOpenState f, Segment seg, long nowNs) {
        FastOpenCache.Entry e = cache.find(c.key(), nowNs);
        if (e != null) {
            e.mss = context.handshakeInput.peerMss(seg, c.path.ipv6());
        }
        if (f.synData > 0 && seg.ack == c.tcb.snd.iss + 1) {
            cache.leaveAlone(c.key(), nowNs);
        }
    }

    private void learn(FastOpenCache.Entry e, TcpConnection c, Segment seg, long nowNs) {
        e.cookie = cookie(seg);
        e.experimental = seg.options.fastOpenExperimental();
        e.askExperimental = false;
        e.mss = context.handshakeInput.peerMss(seg, c.path.ipv6());
        e.learnedNs = nowNs;
    }

    /** The cookie of a segment, copied: empty if there is none. */
    static byte[] cookie(Segment seg) {
        byte[] cookie = new byte[seg.options.fastOpenLength()];
        seg.header.get(seg.options.fastOpenOffset(), cookie);
        return cookie;
    }

    /** RFC 7413 §9: a server may know the other form of the option. Each is tried once before it stays with the standard one. */
    private static void askOtherwise(FastOpenCache.Entry e, FastOpenState f) {
        e.askExperimental = !f.experimental && !e.askedBoth;
        e.askedBoth |= f.experimental;
    }

    /**
     * The SYN-ACK made {@code c} ESTABLISHED: what it acknowledges of the SYN's data is done, and the rest is sent again at
     * once (RFC 7413 §4.2.2, Client: step 3). The server, not the network, has dropped it: that is no sign of congestion.
     */
    void onEstablished(TcpConnection c, Segment seg, long nowNs) {
        FastOpenState f = FastOpenState.of(c);
        if (f == null || f.passive || f.synData == 0) {
            return;
        }
        if (seg.ack != c.tcb.snd.una) {
            byte shift = c.tcb.snd.wndShift;
            c.tcb.snd.wndShift = seg.syn() ? 0 : shift; // RFC 7323 §2.2 (M3): the window of a SYN is never scaled
            context.acknowledgments.process(c, seg, nowNs);
            c.tcb.snd.wndShift = shift;
        }
        f.synDataAccepted = c.ledger.isEmpty();
        if (f.synDataAccepted) {
            context.counters.increment(Counter.TCP_FAST_OPEN_ACTIVE);
            cache.onSuccess();
            return;
        }
        context.counters.increment(Counter.TCP_FAST_OPEN_ACTIVE_FAILS);
        SentRange head = c.ledger.head();
        if (head != null) {
            head.mss = Math.min(head.mss, c.effectiveMss()); // the server's may be less than was remembered
        }
        c.ledger.markAllLost(RetransmitCause.FAST_OPEN);
        context.lossTimer.restart(c, nowNs);
        c.wantTransmit();
    }

    /** Nobody answers: after so many timeouts the network may be swallowing what belongs to SYNs with data. */
    void onTimeout(TcpConnection c, int timeouts, boolean last, long nowNs) {
        FastOpenState f = FastOpenState.of(c);
        if (f == null || f.passive || !(f.offers || f.synData > 0)) {
            return;
        }
        if (timeouts == BLACK_HOLE_TIMEOUTS || (timeouts < BLACK_HOLE_TIMEOUTS && last)) {
            pause(nowNs);
        }
    }

    private void pause(long nowNs) {
        if (context.knobs.isOn(Knob.FAST_OPEN_BLACK_HOLE_S)) {
            context.counters.increment(Counter.TCP_FAST_OPEN_BLACK_HOLES);
            cache.pause(nowNs);
        }
    }

    /** An attempt to connect has failed: no answer, or ICMP, are negative responses (RFC 7413 §4.1.3.1), a reset is not. */
    void onConnectFailed(TcpConnection c, SocketError error, long nowNs) {
        FastOpenState f = FastOpenState.of(c);
        if (f != null && f.offers && error != SocketError.CONNECTION_REFUSED) {
            cache.leaveAlone(c.key(), nowNs);
        }
    }

    /** The connection is over: if all that ever came was a FIN that is ahead of something, the network took the rest. */
    void onOver(TcpConnection c, long nowNs) {
        FastOpenState f = FastOpenState.of(c);
        if (f == null || f.passive) {
            return;
        }
        Tcb.ReceiveSpace rcv = c.tcb.rcv;
        boolean onlyFin = rcv.finOffset != Tcb.NO_FIN && rcv.nxtOffset == 0 && rcv.finOffset > 0;
        if (onlyFin && !c.reassembly.hasBlocks()) {
            pause(nowNs);
        }
    }

    /** A packet with the SYN was too big for the path: it goes again without the data, which follows the handshake. */
    boolean onPacketTooBig(TcpConnection c) {
        FastOpenState f = FastOpenState.of(c);
        if (f == null || f.synData == 0 || c.tcb.state() != TcpState.SYN_SENT || c.tcb.snd.synRetries > 0) {
            return false;
        }
        c.tcb.snd.synRetries = 1;
        f.tooBig = true;
        // The way back is probably as narrow.
        c.tcb.rcv.mss = (char) Math.min(c.tcb.rcv.mss, HandshakeInput.mssOf(c.path, c.path.mtu(), c.options));
        c.synPending = true;
        RareTotals.of(c).retransmittedSegments++;
        context.counters.increment(Counter.TCP_SEGMENTS_RETRANSMITTED);
        c.wantTransmit();
        return true;
    }
}
