package io.sluice.tcp;

import io.sluice.event.Counter;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;

/** How connections end: gracefully, by reset, by timeout, or because the user gave up. One place lets go of everything. */
final class Ending {
    private final TcpContext context;

    Ending(TcpContext context) {
        this.context = context;
    }

    /** Both FINs are acknowledged, or nothing needs to be: the TCB is deleted. */
    void finished(TcpConnection c, long nowNs) {
        context.fastOpenClient.onOver(c, nowNs);
        c.transitionTo(TcpState.CLOSED, nowNs);
        SendNotices.onOver(c, nowNs);
        letGo(c);
        c.signal(Readiness.READABLE | Readiness.WRITABLE | Readiness.HANGUP);
    }

    /** The connection is over because of {@code error}: the peer's reset, a timeout. RFC 9293 §3.6 (MUST-12): the user hears of it. */
    void failed(TcpConnection c, SocketError error, long nowNs) {
        boolean established = c.tcb.state().isSynchronized();
        context.counters.increment(established ? Counter.TCP_ESTABLISHED_RESETS : Counter.TCP_ATTEMPT_FAILS);
        if (!established) {
            context.fastOpenClient.onConnectFailed(c, error, nowNs);
        }
        c.transitionTo(TcpState.CLOSED, nowNs);
        SendNotices.onOver(c, nowNs);
        letGo(c);
        c.signal(Readiness.CONNECTED);
        c.fail(error);
    }

    /** The peer has been silent too long: the user hears of that, or of what the network said about it last. */
    void timedOut(TcpConnection c, long nowNs) {
        SocketError soft = c.tcb.recovery.softError;
        failed(c, soft == null ? SocketError.TIMED_OUT : soft, nowNs);
    }

    /** RFC 9293 §3.10.5, ABORT: tells the peer by a reset where it could still want something, and ends. */
    void abort(TcpConnection c, long nowNs) {
        if (c.tcb.state() == TcpState.CLOSED) {
            return;
        }
        switch (c.tcb.state()) {
            case SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT -> {
                if (c.attached) {
                    context.replies.reset(c, nowNs);
                }
            }
            case CLOSING, LAST_ACK -> {
                if (c.attached && c.finPending()) { // the FIN has not left: for the peer this is CLOSE-WAIT
                    context.replies.reset(c, nowNs);
                }
            }
            default -> {} // both sides have closed, or the peer knows of nothing
        }
        context.fastOpenClient.onOver(c, nowNs);
        c.transitionTo(TcpState.CLOSED, nowNs);
        SendNotices.onOver(c, nowNs);
        letGo(c);
    }

    /** Leaves the flow table and the timers, and releases every buffer but what the reader may still want. */
    void letGo(TcpConnection c) {
        detach(c, true);
        c.sendQueue.clear();
        c.ledger.clear();
        c.reassembly.clear();
        c.slim();
        if (c.layer != null) {
            c.layer.close();
        }
        Authenticator.close(Authenticator.of(c));
        if (c.released) {
            c.receiveQueue.clear();
        }
        context.dataInput.account(c);
        context.afterFlow();
    }

    /** The network side of the connection is over, or somebody else's from now on. */
    void detach(TcpConnection c, boolean flowEnds) {
        c.timers.clear();
        c.synPending = false;
        FastOpenServer.settled(c);
        if (!c.attached) {
            return;
        }
        c.attached = false;
        context.orphans.remove(c);
        if (flowEnds) {
            context.flows.remove(c);
        }
        Listener listener = c.listener;
        if (listener != null) {
            listener.gone(c);
        }
    }
}
