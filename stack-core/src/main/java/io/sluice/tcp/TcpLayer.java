package io.sluice.tcp;

import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.event.SocketError;
import io.sluice.link.FlowLabels;
import io.sluice.link.Path;
import io.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The TCP of one host: where segments come in, connections are opened and listeners made. Confined to the host's
 * thread.
 */
public final class TcpLayer {
    private final TcpContext context;
    private final Segment segment = new Segment();

    public TcpLayer(TcpConfig config) {
        context = new TcpContext(config);
    }

    /** The segment to fill before {@link #onSegment}; one for all. */
    public Segment segment() {
        return segment;
    }

    /** The knobs of this host, as they are now. */
    public Knobs knobs() {
        return context.knobs;
    }

    /** The options that a new socket starts with. */
    public SocketOptions newOptions() {
        return new SocketOptions(context.knobs, context.stack);
    }

    /** The stacks that connections can choose by name. */
    public TcpStacks stacks() {
        return context.stacks;
    }

    /** The stack of new connections. */
    public TcpStack defaultStack() {
        return context.stack;
    }

    /** Sets the stack of sockets that are made from now on. */
    public void defaultStack(TcpStack stack) {
        context.stack = stack;
    }

    /** How many connections run this stack now. Goes over all of them. */
    public int connectionsWith(TcpStack stack) {
        int[] count = new int[1];
        context.flows.forEach(f -> count[0] += f instanceof TcpConnection c && c.stack.equals(stack) ? 1 : 0);
        return count[0];
    }

    /** For simulators: what is wrong with some connection, or null. Goes over all of them and what they have in flight. */
    public @Nullable String fault(long nowNs) {
        String[] found = new String[1];
        context.flows.forEach(f -> {
            String fault = f instanceof TcpConnection c ? ConnectionCheck.fault(c, nowNs) : null;
            found[0] = fault == null ? found[0] : f + " " + fault;
        });
        return found[0];
    }

    /** The IPv6 flow labels of this host: {@link Knob#FLOW_LABELS} switches them. */
    public FlowLabels flowLabels() {
        return context.flowLabels;
    }

    /** All flows: connections, half-open ones, and those in TIME-WAIT. */
    public FlowTable flows() {
        return context.flows;
    }

    /** Ends the flows in {@code state} on behalf of an administrator: what users still hold of them is aborted. */
    public void drop(TcpState state, long nowNs) {
        List<Flow> doomed = new ArrayList<>();
        context.flows.forEach(f -> {
            if (f.state() == state) {
                doomed.add(f);
            }
        });
        for (Flow f : doomed) {
            if (f instanceof TcpConnection c) {
                context.ending.abort(c, nowNs);
                c.fail(SocketError.CONNECTION_ABORTED);
            } else if (f instanceof TimeWait t) {
                context.timeWaits.end(t);
            } else if (f instanceof HalfOpen h) {
                context.listenInput.forget(h);
            }
        }
    }

    /** Half-open connections that are remembered: entries of the SYN cache. */
    public int halfOpenCount() {
        return context.listenInput.halfOpenCount();
    }

    /** Connections in TIME-WAIT. */
    public int timeWaitCount() {
        return context.timeWaits.count();
    }

    /** Connections that their users have closed and that are not over. */
    public int orphanCount() {
        return context.orphans.count();
    }

    /** Processes {@link #segment()}, which passed its checksum; counts its end. */
    public void onSegment(long nowNs) {
        Segment seg = segment;
        context.counters.increment(Counter.TCP_SEGMENTS_IN);
        Flow flow = context.flows.find(seg.localHi, seg.localLo, seg.remoteHi, seg.remoteLo, seg.ports);
        Listener listener = flow instanceof TcpConnection ? null : context.listeners.find(seg);
        if (isFromAfar(flow, listener, seg)) {
            context.counters.drop(DropReason.TCP_LOW_HOP_LIMIT);
            return;
        }
        boolean reopens = flow instanceof TimeWait && listener != null && seg.syn() && !seg.hasAck();
        DropReason reason = context.guard.judge(reopens ? null : flow, listener, seg, nowNs);
        if (reason == null) {
            reason = dispatch(flow, listener, seg, nowNs);
            if (seg.signatureIsSpare) {
                Authenticator.close(seg.signature);
            }
        }
        if (reason == null) {
            context.counters.increment(Counter.PACKETS_DELIVERED);
        } else {
            context.counters.drop(reason);
        }
    }

    /** RFC 5082 §3: what has crossed more routers than its receiver allows is dropped, before anything else looks at it. */
    private static boolean isFromAfar(@Nullable Flow flow, @Nullable Listener listener, Segment seg) {
        boolean ofFlow = flow != null && seg.hopLimit < flow.minimumHopLimit();
        return ofFlow || (listener != null && seg.hopLimit < listener.options.rare.minimumHopLimit());
    }

    /**
     * Whether an ICMP error about this flow is not believed, since the packet that it quotes had crossed more routers than the
     * flow's own may (RFC 5082 §3): whoever reports is farther away.
     */
    public boolean isFromAfar(FlowKey key, int quotedHopLimit) {
        Flow flow = context.flows.find(key);
        return flow != null && quotedHopLimit < flow.minimumHopLimit();
    }

    private @Nullable DropReason dispatch(@Nullable Flow flow, @Nullable Listener listener, Segment seg, long nowNs) {
        boolean closed = flow == null && listener == null;
        if (!closed && seg.syn() && seg.fin() && context.knobs.get(Knob.DROP_SYN_FIN) > 1) {
            return DropReason.TCP_BAD_FLAGS;
        }
        if (flow instanceof TimeWait t && context.timeWaits.admitsNewConnection(t, seg, listener != null)) {
            context.timeWaits.end(t);
        } else if (flow != null) {
            return PeerPaths.matches(flow, seg) ? toFlow(flow, seg, nowNs) : onWrongEncapsulation(flow, seg, nowNs);
        }
        return listener != null ? context.listenInput.onListen(listener, seg, nowNs) : onClosed(seg, nowNs);
    }

    private @Nullable DropReason toFlow(Flow flow, Segment seg, long nowNs) {
        if (flow instanceof TcpConnection c) {
            c.totals.received(seg);
            return context.guard.onSegment(c, seg, nowNs);
        }
        if (flow instanceof HalfOpen h) {
            return context.halfOpenInput.onSegment(h, seg, nowNs);
        }
        context.timeWaits.onSegment((TimeWait) flow, seg, nowNs);
        return DropReason.TCP_TIME_WAIT;
    }

    /** RFC 9293 §3.10.7.1: the state is CLOSED. */
    private DropReason onClosed(Segment seg, long nowNs) {
        long blackhole = context.knobs.get(Knob.BLACKHOLE);
        if (blackhole >= 2 || (blackhole == 1 && seg.syn())) {
            return DropReason.TCP_BLACKHOLE;
        }
        Path path = seg.rst() ? null : context.peerPaths.back(seg, nowNs);
        if (path != null) {
            SocketOptions bound = context.environment.boundTo(seg.localHi, seg.localLo, seg.localPort());
            if (bound != null) {
                bound.applyTo(path);
            }
            context.replies.resetFor(seg, path);
        }
        return DropReason.TCP_NO_CONNECTION;
    }

    /** The segment names a connection, but came in another way than the connection's: as if there were none. */
    private DropReason onWrongEncapsulation(Flow flow, Segment seg, long nowNs) {
        Path path = seg.rst() ? null : context.peerPaths.back(seg, nowNs);
        if (path != null) {
            flow.applyTo(path);
            context.replies.resetFor(seg, path);
        }
        return DropReason.TCP_WRONG_ENCAPSULATION;
    }

    /** Active OPEN (RFC 9293 §3.10.1). The 4-tuple must not be in use. */
    public TcpConnection connect(FlowKey key, Path path, SocketOptions options, FastOpening fast, long nowNs) {
        if (context.flows.find(key) instanceof TimeWait t) {
            context.timeWaits.end(t); // RFC 9293 §3.6.1 (MAY-2): the ISN is beyond the old one
        }
        return context.userCalls.open(key, path, options, fast, nowNs);
    }

    /** Whether {@link #connect} may have this 4-tuple: it is free, or in TIME-WAIT. */
    public boolean isConnectable(FlowKey key) {
        Flow flow = context.flows.find(key);
        return flow == null || flow instanceof TimeWait;
    }

    /** Whether a socket with these options may open a connection with this 4-tuple: TCP-AO may be required, and no key there. */
    public boolean mayOpen(FlowKey key, SocketOptions options) {
        return context.authenticator.mayOpen(options.authentication, key);
    }

    /** Whether this flow is known and uses this UDP port of its peer (0: TCP over IP). */
    public boolean travelsBy(FlowKey key, int udpPort) {
        Flow flow = context.flows.find(key);
        return flow != null && flow.udpPort() == udpPort;
    }

    /** Whether any flow, one in TIME-WAIT included, has this local port; and this local address, unless that is null. */
    public boolean hasFlow(@Nullable IpAddress local, int port) {
        boolean[] found = {false};
        context.flows.forEach(f -> {
            FlowKey k = f.key();
            found[0] |= k.localPort() == port && (local == null || k.local().equals(local));
        });
        return found[0];
    }

    /** Whether nothing has this 4-tuple. */
    public boolean isFree(FlowKey key) {
        return context.flows.find(key) == null;
    }

    /**
     * Whether somebody listens on exactly this address and port, and does not share them.
     *
     * @param reusePort whether who asks would share them (SO_REUSEPORT)
     */
    public boolean isListening(ListenRequest request, boolean reusePort) {
        return context.listeners.conflicts(request, reusePort);
    }

    /** Whether somebody listens on this port, on whatever address. */
    public boolean isListening(int port) {
        return context.listeners.hasPort(port);
    }

    /** Passive OPEN (RFC 9293 §3.10.1). */
    public Listener listen(ListenRequest request, SocketOptions options) {
        Listener listener = new Listener(context, request, options);
        context.listeners.add(listener);
        return listener;
    }

    /**
     * An ICMP error that quotes a segment of ours arrived (RFC 9293 §3.9.2.2, RFC 5927 §4.1: only if the quoted sequence
     * number is in flight).
     */
    public <T> boolean onIcmpError(FlowKey key, int quotedSeq, T message, Function<T, IcmpNotice> meaning, long nowNs) {
        return context.icmpInput.onError(key, quotedSeq, message, meaning, nowNs);
    }

    /** ICMP says that a packet was too big for the path (RFC 1191, RFC 8201). */
    public boolean onPacketTooBig(FlowKey key, int quotedSeq, int mtu, long nowNs) {
        return context.icmpInput.onPacketTooBig(key, quotedSeq, mtu, nowNs);
    }

    /**
     * Whether ICMP errors that RFC 5925 §7.8 names do not count for this flow: it uses TCP-AO, is synchronized, and was not told
     * otherwise. Counts what it says yes to.
     */
    public boolean ignoresHardErrors(FlowKey key) {
        Flow flow = context.flows.find(key);
        boolean ignores = flow != null
                && flow.state() != TcpState.SYN_SENT
                && flow.state() != TcpState.SYN_RECEIVED
                && Authenticator.of(flow) instanceof AoSignature s
                && s.ignoresIcmp();
        if (ignores) {
            context.counters.increment(Counter.TCP_AO_DROPPED_ICMPS);
        }
        return ignores;
    }

    /** The keys of all sockets of this host that have none of their own for the peer (RFC 5925, RFC 2385). */
    public Authentication authentication() {
        return context.authenticator.hostKeys;
    }

    /** Sets the keys of Fast Open cookies (RFC 7413 §4.1.2), which do not change by themselves from then on. */
    public void fastOpenKeys(FastOpenKeys keys) {
        context.fastOpenServer.use(keys);
    }

    /** The keys of Fast Open cookies as they are now: to be shared with other hosts, and otherwise kept secret. */
    public FastOpenKeys fastOpenKeys(long nowNs) {
        return context.fastOpenServer.keys(nowNs);
    }

    /** Forgets the cookies, and the paths without Fast Open, that connections from here have met. */
    public void forgetFastOpenPaths() {
        context.fastOpenClient.cache.clear();
    }

    public Counters counters() {
        return context.counters;
    }

    /** Ends everything without a word to the peers: the host is gone. */
    public void close(long nowNs) {
        context.closeAll(nowNs);
    }
}
