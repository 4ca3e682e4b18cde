package io.sluice.tcp;

import io.netty.buffer.ByteBuf;
import io.sluice.event.Counter;
import io.sluice.event.RetransmitCause;
import io.sluice.link.OutboundPacket;
import io.sluice.link.Path;
import io.sluice.wire.TcpHeader;

/**
 * Segments that answer a segment and carry no data: resets (RFC 9293 §3.5.2), SYN-ACKs, challenge ACKs (RFC 5961 §7).
 * They leave through the bounded control queue.
 */
final class Replies {
    private static final long SECOND_NS = 1_000_000_000L;

    /** Of {@link Knob#BLACKHOLE}. */
    private static final long HIDE_LISTENERS = 3;

    private final TcpContext context;
    private final OutboundPacket packet = new OutboundPacket();
    private long challengeSecondNs = Long.MIN_VALUE;
    private long challengesLeft;

    Replies(TcpContext context) {
        this.context = context;
    }

    /** A packet to build a reply in; {@link #queue} sends it. */
    OutboundPacket begin() {
        return packet.reset();
    }

    /** Copies the finished packet to the control queue; its checksum is completed here, since control packets are whole. */
    void queue(Path path, OutboundPacket reply) {
        ByteBuf bytes = context.controlBuffer(reply.totalLength());
        reply.copyTo(bytes);
        if (context.ring.control(path.link(), bytes, reply)) {
            context.counters.increment(Counter.TCP_SEGMENTS_OUT);
        }
    }

    /** As {@link #queue(Path, OutboundPacket)}, for a connection, which counts it. */
    void queue(TcpConnection c, OutboundPacket reply) {
        queue(c.path, reply);
        c.totals.sent(1, 0);
    }

    /**
     * Answers a segment that belongs to no connection: the reset of RFC 9293 §3.10.7.1. Never answers a reset.
     *
     * @param path back to its sender
     */
    void resetFor(Segment seg, Path path) {
        if (seg.rst()) {
            return;
        }
        boolean hasAck = seg.hasAck();
        int flags = hasAck ? TcpHeader.RST : TcpHeader.RST | TcpHeader.ACK;
        OutboundPacket reply = begin();
        context.writer.writeReset(
                path, reply, seg.ports, hasAck ? seg.ack : 0, hasAck ? 0 : seg.seq + seg.len(), flags, seg.signature);
        queue(path, reply);
        context.counters.increment(Counter.TCP_RESETS_OUT);
    }

    /** As {@link #resetFor}, for a listener, which a knob may hide. */
    void resetForListener(Segment seg, Path path) {
        if (context.knobs.get(Knob.BLACKHOLE) < HIDE_LISTENERS) {
            resetFor(seg, path);
        }
    }

    /**
     * Tells the peer of a connection that it is gone: {@code <SEQ=SND.NXT><CTL=RST,ACK>} (RFC 9293 §3.10.5), with a
     * timestamp where they are agreed (RFC 7323 §3.2: SHOULD).
     */
    void reset(TcpConnection c, long nowNs) {
        OutboundPacket reply = begin();
        context.writer.writeEmpty(c, reply, c.tcb.snd.seqWithoutText(), TcpHeader.RST | TcpHeader.ACK, nowNs);
        queue(c.path, reply);
        context.counters.increment(Counter.TCP_RESETS_OUT);
    }

    /** As {@link #reset}, without options or a window: in answer to what may come from anybody. */
    void resetBare(TcpConnection c) {
        OutboundPacket reply = begin();
        context.writer.writeReset(
                c.path,
                reply,
                c.key().ports,
                c.tcb.snd.seqWithoutText(),
                c.tcb.rcv.nxt,
                TcpHeader.RST | TcpHeader.ACK,
                Authenticator.of(c));
        queue(c.path, reply);
        context.counters.increment(Counter.TCP_RESETS_OUT);
    }

    /** The same of a half-open connection, which its peer may take for open. */
    void resetBare(HalfOpen h, Path path) {
        OutboundPacket reply = begin();
        int flags = TcpHeader.RST | TcpHeader.ACK;
        context.writer.writeReset(path, reply, h.key().ports, h.iss + 1, h.irs + 1, flags, h.signature());
        queue(path, reply);
        context.counters.increment(Counter.TCP_RESETS_OUT);
    }

    /** RFC 5961 §7: a challenge ACK, at most so many a second on this host and on the connection. */
    void challenge(TcpConnection c, long nowNs) {
        if (mayAnswer(c, nowNs) && mayChallenge(nowNs)) {
            OutboundPacket reply = begin();
            int seq = c.tcb.snd.seqWithoutText();
            context.writer.writeEmpty(c, reply, seq, TcpHeader.ACK, nowNs);
            queue(c, reply);
            context.events.segmentSent(c, seq, 0, TcpHeader.ACK, RetransmitCause.NONE, nowNs);
        }
    }

    /**
     * Whether an unacceptable segment is acknowledged (RFC 9293 §3.10.7.4): always if it has text or a FIN, whose sender has to
     * know; else as often as RFC 5961 §7 lets a connection, so that two peers that disagree cannot keep each other busy.
     */
    boolean mayAcknowledge(TcpConnection c, Segment unacceptable, long nowNs) {
        return (unacceptable.len() > 0 && !unacceptable.syn()) || mayAnswer(c, nowNs);
    }

    /** Takes one from what the connection may answer in this while. */
    private boolean mayAnswer(TcpConnection c, long nowNs) {
        Occasional o = c.ownOccasional();
        long window = context.knobs.ns(Knob.CHALLENGE_ACK_WINDOW_MS);
        if (o.challenges == 0 || nowNs - o.challengedSinceNs >= window) {
            o.challenges = 0;
            o.challengedSinceNs = nowNs;
        }
        if (window > 0
                && o.challenges >= Math.min(Short.MAX_VALUE, context.knobs.get(Knob.CHALLENGE_ACKS_PER_CONNECTION))) {
            context.counters.increment(Counter.TCP_CHALLENGE_ACKS_LIMITED);
            return false;
        }
        o.challenges = (short) Math.min(Short.MAX_VALUE, o.challenges + 1);
        return true;
    }

    /** Takes one from this second's allowance of challenge ACKs. */
    boolean mayChallenge(long nowNs) {
        if (challengeSecondNs == Long.MIN_VALUE || nowNs - challengeSecondNs >= SECOND_NS) {
            challengeSecondNs = nowNs;
            // RFC 5961 §7 and its erratum (CVE-2016-5696): a limit that can be counted from outside is randomised.
            long limit = context.knobs.get(Knob.CHALLENGE_ACKS_PER_SECOND);
            challengesLeft = limit / 2 + context.random.nextLong(limit / 2 + 1);
        }
        if (challengesLeft <= 0) {
            context.counters.increment(Counter.TCP_CHALLENGE_ACKS_LIMITED);
            return false;
        }
        challengesLeft--;
        context.counters.increment(Counter.TCP_CHALLENGE_ACKS);
        return true;
    }
}
