package io.sluice.tcp;

import io.sluice.event.Counter;
import io.sluice.link.OutboundPacket;
import io.sluice.link.Path;
import io.sluice.wire.Seq;
import java.util.ArrayDeque;

/** All connections of a host in TIME-WAIT: entering it, what still arrives (RFC 9293 §3.10.7.4), leaving it. */
final class TimeWaits {
    /** So many entries that have ended may stay in the queue whatever its length. */
    private static final int SLACK = 64;

    private final TcpContext context;
    private final ArrayDeque<TimeWait> byAge = new ArrayDeque<>();
    private int count;

    TimeWaits(TcpContext context) {
        this.context = context;
    }

    int count() {
        return count;
    }

    /** The connection enters TIME-WAIT: the network side becomes a {@link TimeWait}; the user's side stays for its reader. */
    void enter(TcpConnection c, long nowNs) {
        c.transitionTo(TcpState.TIME_WAIT, nowNs);
        if (c.tcb.ack.now || c.tcb.ack.pendingSegments > 0) {
            context.output.acknowledgeAtOnce(c, nowNs);
        }
        TimeWait t = new TimeWait(this, c);
        Authenticator.detach(c);
        context.ending.detach(c, false);
        c.sendQueue.clear();
        c.ledger.clear();
        c.reassembly.clear();
        c.slim();
        if (c.layer != null) {
            c.layer.close();
        }
        if (c.released) {
            c.receiveQueue.clear();
        }
        context.dataInput.account(c);
        context.flows.put(t);
        context.counters.increment(Counter.TCP_TIME_WAITS);
        byAge.add(t);
        count++;
        context.wheel.arm(t, nowNs + 2 * context.knobs.ns(Knob.MSL_MS)); // RFC 9293 §3.6.1 (MUST-13)
        if (count > context.knobs.get(Knob.MAX_TIME_WAIT)) {
            endOldest();
        }
    }

    private void endOldest() {
        for (TimeWait t = byAge.poll(); t != null; t = byAge.poll()) {
            if (context.flows.find(t.key()) == t) {
                context.counters.increment(Counter.TCP_TIME_WAIT_OVERFLOWS);
                context.wheel.disarm(t);
                onExpired(t);
                return;
            }
        }
    }

    /** Two maximum segment lifetimes are over. */
    void onExpired(TimeWait t) {
        if (context.flows.remove(t)) {
            count--;
            context.afterFlow();
        }
        Authenticator.close(t.signature);
        for (TimeWait old = byAge.peek(); old != null && hasEnded(old); old = byAge.peek()) {
            byAge.remove();
        }
        if (byAge.size() > 2 * count + SLACK) {
            byAge.removeIf(this::hasEnded); // a peer who repeats its FIN keeps the oldest, and with it what is behind
        }
    }

    private boolean hasEnded(TimeWait t) {
        return context.flows.find(t.key()) != t;
    }

    /** Ends it early: a reset came, or a new connection takes the 4-tuple. */
    void end(TimeWait t) {
        context.wheel.disarm(t);
        onExpired(t);
    }

    /** Lets go of all: the host is closing. */
    void clear() {
        for (TimeWait t : byAge) {
            context.wheel.disarm(t);
            Authenticator.close(t.signature);
        }
        byAge.clear();
        count = 0;
    }

    /**
     * Whether a SYN may open a new connection in the place of this one: RFC 9293 §3.6.1 (SHLD-4, MAY-2), RFC 6191 §2. The
     * timestamp or, without one, the sequence number must be beyond what the old connection used. Where nobody listens, a knob may
     * have such a SYN end TIME-WAIT all the same.
     */
    boolean admitsNewConnection(TimeWait t, Segment seg, boolean listens) {
        boolean ends = listens || context.knobs.get(Knob.TIME_WAIT_ANSWERS) == 0;
        if (!ends || !seg.syn() || seg.hasAck() || seg.rst() || isDropped(seg)) {
            return false;
        }
        return isBeyond(t, seg);
    }

    private boolean isBeyond(TimeWait t, Segment seg) {
        if (!context.knobs.isOn(Knob.TIME_WAIT_REOPENS_BY_TIMESTAMP)) {
            return Seq.gt(seg.seq, t.rcvNxt);
        }
        if (t.timestamps && seg.options.hasTimestamps()) {
            int newer = Seq.diff(seg.options.tsVal(), t.tsRecent);
            if (newer != 0) {
                return newer > 0;
            }
        }
        // RFC 6191 §2: timestamps that the old connection lacked keep its segments out of the new one.
        boolean newTimestamps = !t.timestamps && seg.options.hasTimestamps() && context.knobs.isOn(Knob.TIMESTAMPS);
        return newTimestamps || Seq.gt(seg.seq, t.rcvNxt);
    }

    /** Whether it is a SYN with a FIN that a listener would not take. */
    private boolean isDropped(Segment seg) {
        return seg.fin() && context.knobs.isOn(Knob.DROP_SYN_FIN) && context.knobs.get(Knob.TIME_WAIT_ANSWERS) < 2;
    }

    /** SEGMENT ARRIVES in TIME-WAIT, for what does not open a new connection. */
    void onSegment(TimeWait t, Segment seg, long nowNs) {
        if (seg.rst()) {
            onReset(t, seg);
            return;
        }
        long answers = context.knobs.get(Knob.TIME_WAIT_ANSWERS);
        if (answers == 0) {
            onAckOnly(t, seg, nowNs);
            return;
        }
        if (isRepeatedFin(t, seg)) {
            context.wheel.arm(t, nowNs + 2 * context.knobs.ns(Knob.MSL_MS)); // acknowledge it, and start the time again
        } else if (seg.len() == 0 && seg.seq == t.rcvNxt && !isTimestampOld(t, seg)) {
            renewTimestamp(t, seg);
            return; // an acceptable, empty segment: nothing to say
        } else if (seg.len() == 0 && !mayAcknowledge(t, nowNs)) {
            return;
        }
        if (seg.hasAck() || seg.syn() || answers > 1) {
            acknowledge(t, nowNs);
        }
    }

    /** Where a knob has only ACKs answered, and all of them but the very last one. */
    private void onAckOnly(TimeWait t, Segment seg, long nowNs) {
        boolean lacksTimestamp =
                t.timestamps && !seg.options.hasTimestamps() && !context.knobs.isOn(Knob.TOLERATE_MISSING_TIMESTAMPS);
        if (!seg.hasAck() || lacksTimestamp) { // RFC 7323 §3.2 (M13)
            return;
        }
        if (seg.fin() && seg.seq + seg.len() == t.rcvNxt) {
            context.wheel.arm(t, nowNs + 2 * context.knobs.ns(Knob.MSL_MS));
        }
        boolean last = seg.len() == 0 && seg.seq == t.rcvNxt && seg.ack == t.sndNxt;
        if (!last) {
            acknowledge(t, nowNs);
        }
    }

    /** RFC 7323 §4.3: so that RFC 6191 §2 has the last one. */
    private static void renewTimestamp(TimeWait t, Segment seg) {
        if (t.timestamps && seg.options.hasTimestamps() && Seq.geq(seg.options.tsVal(), t.tsRecent)) {
            t.tsRecent = seg.options.tsVal();
        }
    }

    /** RFC 5961 §7, for segments without text: whoever answers each of them keeps up a loop, or a forger's flood. */
    private boolean mayAcknowledge(TimeWait t, long nowNs) {
        long window = context.knobs.get(Knob.CHALLENGE_ACK_WINDOW_MS);
        long answers = context.knobs.get(Knob.CHALLENGE_ACKS_PER_CONNECTION);
        int now = TcpContext.timestampClock(nowNs);
        boolean none = window > 0 && answers == 0;
        if (none || (t.hasAcknowledged && window > 0 && now - t.acknowledgedMs < window / answers)) {
            context.counters.increment(Counter.TCP_CHALLENGE_ACKS_LIMITED);
            return false;
        }
        t.hasAcknowledged = true;
        t.acknowledgedMs = now;
        return true;
    }

    /**
     * A reset ends TIME-WAIT (RFC 9293 §3.10.7.4) if it is the answer to what we sent last (RFC 5961 §3.2): so a peer who
     * uses its port again gets through after one challenge. RFC 1337 §3, fix F1, ignores it, as a knob says.
     */
    private void onReset(TimeWait t, Segment seg) {
        if (seg.seq == t.rcvNxt && !context.knobs.isOn(Knob.IGNORE_RST_IN_TIME_WAIT)) {
            end(t);
        }
    }

    private static boolean isRepeatedFin(TimeWait t, Segment seg) {
        return seg.fin() && seg.hasAck() && !isTimestampOld(t, seg) && Seq.leq(seg.seq + seg.len(), t.rcvNxt);
    }

    /** RFC 7323 §5.3 (R1): such a segment is not acceptable, and is answered. */
    private static boolean isTimestampOld(TimeWait t, Segment seg) {
        return Acceptability.ticksTooOld(t.timestamps, seg.options, t.tsRecent, 0) > 0;
    }

    private void acknowledge(TimeWait t, long nowNs) {
        Path path = context.peerPaths.to(t, nowNs);
        if (path == null) {
            return;
        }
        t.applyTo(path);
        OutboundPacket reply = context.replies.begin();
        context.writer.writeTimeWaitAck(path, reply, t, nowNs);
        context.replies.queue(path, reply);
    }
}
