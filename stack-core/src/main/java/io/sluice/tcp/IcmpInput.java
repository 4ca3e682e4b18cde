package io.sluice.tcp;

import io.sluice.event.Counter;
import io.sluice.wire.Seq;
import java.util.function.Function;

/** ICMP messages about our segments: RFC 9293 §3.9.2.2, RFC 5927 §4, RFC 1191 §6.4. */
final class IcmpInput {
    /** Of {@link Knob#ICMP_ENDS_OPENING}. */
    private static final long ONLY_SYN_SENT = 2;

    /** So many repetitions in vain are no accident. */
    private static final int MANY_RETRIES = 3;

    private final TcpContext context;

    IcmpInput(TcpContext context) {
        this.context = context;
    }

    /**
     * Whether the quoted segment can be ours and in flight: RFC 5927 §4.1. Only then may anything be done.
     */
    private static boolean isInFlight(TcpConnection c, int quotedSeq) {
        boolean synAck = c.tcb.state() == TcpState.SYN_RECEIVED && FastOpenState.isPassive(c);
        return Seq.leq(synAck ? c.tcb.snd.iss : c.tcb.snd.una, quotedSeq) && Seq.lt(quotedSeq, c.tcb.snd.nxt);
    }

    /**
     * Returns whether the message concerned a connection: RFC 9293 §3.9.2.2 (MUST-54, MUST-56). Its finality is what {@link
     * Knob#ICMP_ENDS_OPENING} must be at least for it to end a connection that is opening.
     */
    <T> boolean onError(FlowKey key, int quotedSeq, T message, Function<T, IcmpNotice> meaning, long nowNs) {
        Flow flow = context.flows.find(key);
        if (flow instanceof HalfOpen h) {
            return onHalfOpen(h, quotedSeq, meaning.apply(message));
        }
        if (flow instanceof TcpConnection c && !isInFlight(c, quotedSeq)) {
            context.counters.increment(Counter.TCP_ICMP_OUT_OF_WINDOW);
        } else if (flow instanceof TcpConnection c) {
            onConnection(c, meaning.apply(message), nowNs);
            return true;
        }
        return false;
    }

    private void onConnection(TcpConnection c, IcmpNotice notice, long nowNs) {
        boolean opening = !c.tcb.state().isSynchronized() && !isAccepted(c);
        boolean reports = c.options.rare.reportsErrors();
        if (opening && reports) {
            c.ownOccasional().icmp = notice;
        }
        // RFC 5927 §5.2: hard errors abort only connections that are not synchronized; RFC 9293 §3.9.2.2 (MUST-56).
        long ends = context.knobs.get(Knob.ICMP_ENDS_OPENING);
        boolean discourages = opening && notice.finality() <= ends;
        if (discourages && ends == ONLY_SYN_SENT && c.tcb.state() != TcpState.SYN_SENT) {
            return;
        }
        if (discourages || isSecondTooLate(c, opening)) {
            context.ending.failed(c, notice.error(), nowNs);
            return;
        }
        remember(c, notice);
        if (reports) {
            c.fail(notice.error()); // the connection goes on
        }
    }

    private void remember(TcpConnection c, IcmpNotice notice) {
        if (c.tcb.state() != TcpState.ESTABLISHED || context.knobs.get(Knob.ICMP_SOFT_ERRORS) == 0) {
            c.ownLedger();
            c.tcb.recovery.softError = notice.error(); // RFC 9293 §3.9.2.2 (SHLD-25)
        }
    }

    private boolean isSecondTooLate(TcpConnection c, boolean opening) {
        return opening
                && context.knobs.get(Knob.ICMP_SOFT_ERRORS) > 0
                && c.tcb.snd.synRetries > MANY_RETRIES
                && c.tcb.recovery.softError != null;
    }

    /** Whether there is something for the user to take. */
    static boolean isWaiting(TcpConnection c) {
        Occasional o = c.occasional;
        return o != null && o.icmp != null;
    }

    /** A user has this connection, which a cookie opened before its handshake was over: errors are soft as afterwards. */
    private static boolean isAccepted(TcpConnection c) {
        return FastOpenState.isPassive(c) && c.attachment() != null;
    }

    /**
     * A hard error ends a half-open connection (RFC 9293 §3.9.2.2 (SHLD-26); RFC 5927 §5.2: it is not synchronized, and whoever
     * quotes its initial sequence number has seen it). A soft one does not (MUST-56), unless a knob says as Linux does that
     * with IPv4 what cannot be told to anybody need not be waited for; with IPv6 it is hard ones and prohibitions that end it.
     */
    private boolean onHalfOpen(HalfOpen h, int quotedSeq, IcmpNotice notice) {
        if (quotedSeq != h.iss) {
            context.counters.increment(Counter.TCP_ICMP_OUT_OF_WINDOW);
            return false;
        }
        boolean ends =
                switch (context.knobs.getInt(Knob.ICMP_ENDS_HALF_OPEN)) {
                    case 0 -> false;
                    case 1 -> notice.finality() == 1;
                    case 3 -> h.icmpSeen && h.timeouts >= MANY_RETRIES;
                    default -> notice.ipv6() ? notice.finality() <= 2 && !notice.unreachable() : notice.unreachable();
                };
        h.icmpSeen = true;
        if (ends) {
            context.listenInput.forget(h);
        }
        return true;
    }

    /** Returns whether the message concerned a connection. What PAWS wants: RFC 7323 §5.7 (M23). */
    boolean onPacketTooBig(FlowKey key, int quotedSeq, int mtu, long nowNs) {
        if (!(context.flows.find(key) instanceof TcpConnection c) || !isInFlight(c, quotedSeq)) {
            return false;
        }
        context.pathMtu.onPacketTooBig(c, quotedSeq, mtu, nowNs);
        return true;
    }
}
