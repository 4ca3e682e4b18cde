package io.sluice.tcp;

/** What has to follow when a user changes the options of a connection that exists already. */
final class OptionChanges {
    private final TcpContext context;

    OptionChanges(TcpContext context) {
        this.context = context;
    }

    /** Brings {@code c} in line with its options. */
    void apply(TcpConnection c, long nowNs) {
        c.path.hopLimit(c.path.link().hopLimit(c.path.ipv6())); // unless the options have another
        c.options.applyTo(c.path);
        applyPathMtu(c);
        limitSegments(c, nowNs);
        Authentication keys = c.options.authentication;
        if (keys != null) { // set among the options of what is a connection by now
            new ConnectionKeys(c).addAll(keys);
            c.options.wipeKeys();
        }
        if (context.algorithms.swap(c, c.options.stack, nowNs) != null) {
            c.options().stack = c.stack; // refused: as it was
        }
        context.congestionChoice.apply(c, nowNs);
        if (c.tcb.state().isSynchronized() && c.attached) {
            context.timeouts.keepAliveChanged(c, nowNs);
            context.userTimeout.changed(c, nowNs);
            applyQuickAck(c);
            Pacer.rateChanged(c, nowNs);
            if (c.options.noDelay && c.tcb.snd.more == Tcb.SendSpace.MORE_AWAITED) {
                c.tcb.snd.more = Tcb.SendSpace.MORE_WRITTEN; // RFC 9293 §3.7.4 (MUST-17): the writer waits no longer
            }
            c.wantTransmit(); // what Nagle's algorithm or a cork held back may go now
        }
    }

    /** TCP_QUICKACK: the next segments are acknowledged at once, and what waits for the timer now; or all are delayed. */
    static void applyQuickAck(TcpConnection c) {
        Boolean quickAck = c.options.quickAck;
        if (quickAck == null) {
            return;
        }
        c.context.ackPolicy.quickAck(c, quickAck);
    }

    /** IP_MTU_DISCOVER: the DF bit (RFC 791 §3.1), where the host sets it at all; and packets as large as the link takes. */
    static void applyPathMtu(TcpConnection c) {
        PathMtuMode mode = c.options.rare.pathMtu();
        c.path.dontFragment(mode != PathMtuMode.DONT && c.context.knobs.isOn(Knob.PATH_MTU_DISCOVERY));
        if (mode == PathMtuMode.PROBE && c.tcb.state() == TcpState.CLOSED) {
            c.path.mtu(c.path.linkMtu());
        }
    }

    /** Segments hold another number of octets, because what is signed with has another length. */
    static void signatureLength(TcpConnection c, int octets, long nowNs) {
        if (c.tcb.authenticationLength == octets) {
            return;
        }
        c.tcb.authenticationLength = (byte) octets;
        onSegmentLength(c, nowNs);
    }

    /** The same, because segments have an AccECN option, or none any more. */
    static void accurateEcnLength(TcpConnection c, int octets, long nowNs) {
        if (c.tcb.accurateEcnLength == octets) {
            return;
        }
        c.tcb.accurateEcnLength = (byte) octets;
        onSegmentLength(c, nowNs);
    }

    private static void onSegmentLength(TcpConnection c, long nowNs) {
        if (c.tcb.state().isSynchronized()) {
            int before = c.window.smss();
            c.window.smss(HandshakeInput.smss(c.tcb));
            c.congestionControl.onMss(c.window, before, nowNs);
        }
    }

    /** TCP_MAXSEG lowers SND.MSS, and never raises it: what the path and the peer can bear is not known to be more. */
    private static void limitSegments(TcpConnection c, long nowNs) {
        int limit = c.options.maxSegment;
        if (limit <= 0 || limit >= c.tcb.snd.mss) {
            return;
        }
        c.tcb.snd.mss = limit;
        onSegmentLength(c, nowNs);
    }
}
