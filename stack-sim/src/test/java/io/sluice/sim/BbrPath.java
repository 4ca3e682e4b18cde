package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.Endpoint;
import io.sluice.api.TcpSocket;
import io.sluice.bbr.Bbr;
import io.sluice.bbr.BbrInfo;
import io.sluice.bbr.BbrState;
import io.sluice.cc.CongestionControl;
import io.sluice.event.SocketError;
import io.sluice.rack.RackTlp;
import io.sluice.sim.workload.Pattern;
import io.sluice.sim.workload.PeerPlan;
import io.sluice.sim.workload.SocketHandler;
import io.sluice.sim.workload.StreamPeer;
import io.sluice.sim.workload.StreamServer;
import io.sluice.tcp.TcpConnection;
import io.sluice.tcp.TcpStack;
import io.sluice.wire.IpAddress;
import io.sluice.wire.Seq;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A sender, a bottleneck and a receiver, for tests of BBR: the path of Appendix A of draft-ietf-ccwg-bbr-06, with a look at
 * the sender's model after each of its turns.
 */
final class BbrPath implements AutoCloseable {
    static final long MS = 1_000_000L;
    static final long SECOND = 1_000_000_000L;
    static final long MBIT = 1_000_000L;

    /** Octets of payload in a full packet, with timestamps. */
    static final int SEGMENT = 1448;

    private static final int FIRST_PORT = 80;

    final Simulation simulation;
    final SimHost sender;
    final SimHost receiver;
    final Pipe forward;
    final Invariants invariants;
    private final ArrayDeque<Supplier<CongestionControl>> algorithms = new ArrayDeque<>();
    private final List<Flow> flows = new ArrayList<>();

    /** One connection from the sender to the receiver. */
    static final class Flow {
        final CongestionControl algorithm;
        final TcpSocket socket;
        final Source source;

        @Nullable StreamPeer sink;

        Flow(CongestionControl algorithm, TcpSocket socket, Source source) {
            this.algorithm = algorithm;
            this.socket = socket;
            this.source = source;
        }

        BbrInfo info() {
            return Objects.requireNonNull(((Bbr) algorithm).info());
        }

        boolean isStarted() {
            return ((Bbr) algorithm).info() != null;
        }

        BbrState state() {
            return info().state();
        }

        TcpConnection connection() {
            return Objects.requireNonNull(socket.connection());
        }

        /** Octets that have arrived. */
        long received() {
            return sink == null ? 0 : sink.received();
        }
    }

    /**
     * A path whose bottleneck is the sender's wire.
     *
     * @param forward from the sender to the receiver
     * @param back the way of the acknowledgments
     */
    BbrPath(long seed, PipeConfig forward, PipeConfig back) {
        this(seed, LinkConfig.PLAIN, forward, back);
    }

    /** @param link what the sender's device can do */
    BbrPath(long seed, LinkConfig link, PipeConfig forward, PipeConfig back) {
        simulation = new Simulation(seed);
        invariants = new Invariants(simulation);
        TcpStack stack = new TcpStack("test", TcpStack.Requirement.SACK, RackTlp::new, this::algorithm);
        sender = simulation.host("sender", b -> b.tcpStack(stack));
        receiver = simulation.host("receiver");
        Cable cable = simulation.connect(sender, link, forward, receiver, LinkConfig.PLAIN, back);
        cable.a().address(IpAddress.parse("10.0.0.1"), 24);
        cable.b().address(IpAddress.parse("10.0.0.2"), 24);
        this.forward = cable.ab();
    }

    /** A rate that a test changes as it likes; what is on the wire leaves at the old one. */
    static final class AdjustableRate implements LinkRate {
        long bitsPerSecond;

        AdjustableRate(long bitsPerSecond) {
            this.bitsPerSecond = bitsPerSecond;
        }

        @Override
        public Clock start(long startNs) {
            return (atNs, octets) -> atNs + octets * 8_000_000_000L / bitsPerSecond;
        }

        @Override
        public long meanBitsPerSecond() {
            return bitsPerSecond;
        }
    }

    /** A bottleneck of this rate with a queue of {@code bufferBdps} times the product of rate and round-trip time. */
    static BbrPath of(long seed, long bitsPerSecond, long rttNs, double bufferBdps) {
        return new BbrPath(seed, pipe(bitsPerSecond, rttNs, bufferBdps).build(), back(rttNs));
    }

    static PipeConfig.Builder pipe(long bitsPerSecond, long rttNs, double bufferBdps) {
        int bytes = (int) Math.max(3000, bitsPerSecond / 8.0 * rttNs / 1e9 * bufferBdps);
        return PipeConfig.builder().rate(bitsPerSecond).delayNs(rttNs / 2).queue(Integer.MAX_VALUE, bytes);
    }

    static PipeConfig back(long rttNs) {
        return PipeConfig.builder().delayNs(rttNs - rttNs / 2).build();
    }

    private CongestionControl algorithm() {
        Supplier<CongestionControl> next = algorithms.poll();
        return next == null ? new Bbr() : next.get();
    }

    /** An application that writes as much as can be sent soon, or so much at a time. */
    static final class Source implements SocketHandler {
        private static final int CHUNK = 64 * 1024;

        /** It keeps so much written and not sent: enough, and soon gone when it writes no more. */
        private static final int UNSENT = 4 * CHUNK;

        private final Simulation simulation;
        private final SimHost host;
        private final TcpSocket socket;
        private final Pattern pattern = new Pattern(1);
        private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        private long written;
        private long allowed = Long.MAX_VALUE;
        private int generation;
        private boolean waiting;

        Source(Simulation simulation, SimHost host, TcpSocket socket) {
            this.simulation = simulation;
            this.host = host;
            this.socket = socket;
            socket.attachment(this);
        }

        @Override
        public void onReady(long nowNs) {
            TcpConnection c = socket.connection();
            while (written < allowed && c != null) {
                if (c.unsentBytes() >= UNSENT) {
                    lookAgain();
                    return;
                }
                chunk.clear().limit((int) Math.min(CHUNK, allowed - written));
                pattern.fill(chunk, written);
                chunk.flip();
                int n = socket.write(chunk);
                if (n <= 0) {
                    return;
                }
                written += n;
            }
        }

        private void lookAgain() {
            if (!waiting) {
                waiting = true;
                simulation.at(simulation.nowNs() + MS / 2, () -> {
                    waiting = false;
                    onReady(simulation.nowNs());
                    host.wantTurn();
                });
            }
        }

        /** Writes nothing from now on. */
        void pause() {
            generation++;
            allowed = written;
        }

        /** Writes as much as it can from now on. */
        void unlimited() {
            generation++;
            allowed = Long.MAX_VALUE;
            onReady(simulation.nowNs());
            host.wantTurn();
        }

        /** Writes {@code bytes} now and every {@code everyNs} from now on. */
        void trickle(int bytes, long everyNs) {
            pause();
            tick(bytes, everyNs, generation);
        }

        private void tick(int bytes, long everyNs, int started) {
            if (generation == started) {
                allowed += bytes;
                onReady(simulation.nowNs());
                host.wantTurn();
                simulation.at(simulation.nowNs() + everyNs, () -> tick(bytes, everyNs, started));
            }
        }
    }

    /** A connection whose application writes as much as it can. */
    Flow bulk() {
        return bulk(Bbr::new);
    }

    Flow bulk(Supplier<CongestionControl> algorithm) {
        CongestionControl made = algorithm.get();
        algorithms.add(() -> made);
        Endpoint remote = Endpoint.of("10.0.0.2", FIRST_PORT + flows.size());
        TcpSocket socket = sender.sockets().tcp();
        Flow flow = new Flow(made, socket, new Source(simulation, sender, socket));
        PeerPlan receive = PeerPlan.of(2, 0, 1, Long.MAX_VALUE);
        new StreamServer(receiver.sockets().listener(), remote, 1, accepted -> {
            flow.sink = peer(receiver, accepted, receive);
            return flow.sink;
        });
        assertEquals(SocketError.IN_PROGRESS, socket.connect(remote, simulation.nowNs()));
        flows.add(flow);
        return flow;
    }

    private StreamPeer peer(SimHost host, TcpSocket socket, PeerPlan plan) {
        return new StreamPeer(
                socket, plan, host, simulation.random().stream(host + " peer " + flows.size()), simulation.allocator());
    }

    /** Looks at the model after each turn of the sender, and before the first change of state that it makes is acted on. */
    void watch(Flow flow, Consumer<BbrInfo> watcher) {
        simulation.check((host, nowNs) -> {
            if (host == sender && flow.isStarted()) {
                watcher.accept(flow.info());
            }
        });
    }

    /** From now on loses every {@code n}th packet of those that carry new data; 0 for none. */
    void loseEveryNth(int n) {
        int[] count = new int[1];
        int[] highest = new int[1];
        boolean[] any = new boolean[1];
        forward.filter((packet, nowNs) -> {
            int seq = packet.getInt(packet.readerIndex() + 24);
            boolean isNew = !any[0] || Seq.lt(highest[0], seq);
            if (isNew) {
                any[0] = true;
                highest[0] = seq;
            }
            return n == 0 || !isNew || ++count[0] % n != 0;
        });
    }

    void run(long ns) {
        simulation.run(simulation.nowNs() + ns);
    }

    /** Runs until {@code done}, looked at after each instant; false if that does not happen in time. */
    boolean run(long atMostNs, BooleanSupplier done) {
        return simulation.runUntil(done, simulation.nowNs() + atMostNs);
    }

    /** Runs until the flow is in this state; fails if that takes longer than {@code atMostNs}. */
    void runTo(Flow flow, BbrState state, long atMostNs) {
        runTo(flow, info -> info.state() == state, atMostNs);
    }

    void runTo(Flow flow, Predicate<BbrInfo> condition, long atMostNs) {
        assertTrue(
                run(atMostNs, () -> flow.isStarted() && condition.test(flow.info())),
                () -> "not reached: " + flow.info());
    }

    /** Octets a second that {@code flow} delivers in the next {@code ns}. */
    double goodput(Flow flow, long ns) {
        long before = flow.received();
        run(ns);
        return (flow.received() - before) * 1e9 / ns;
    }

    /** Octets of payload a second that a wire of {@code bitsPerSecond} carries in full packets. */
    static double payloadRate(long bitsPerSecond) {
        return bitsPerSecond / 8.0 * SEGMENT / 1500;
    }

    @Override
    public void close() {
        for (Flow f : flows) {
            assertNull(f.sink == null ? null : f.sink.failure());
        }
        simulation.close();
    }
}
