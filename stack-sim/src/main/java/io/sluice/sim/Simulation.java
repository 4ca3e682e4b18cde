package io.sluice.sim;

import io.netty.buffer.ByteBuf;
import io.sluice.host.Host;
import io.sluice.host.HostConfig;
import io.sluice.link.Link;
import io.sluice.time.Deadline;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Hosts and wires in virtual time. The seed decides everything: there is no clock, and every host and every kind of
 * fault draws from a stream of random numbers of its own ({@link RandomStreams}). Events happen in the order of time and,
 * at the same time, in the order in which they were scheduled; after all events of an instant, each host that they
 * concerned has a turn.
 *
 * <p>Confined to one thread. Calls to a host's sockets between two runs are seen when the next run starts.
 */
public final class Simulation implements AutoCloseable {
    /** Where time starts unless told otherwise: one second. */
    public static final long DEFAULT_START_NS = 1_000_000_000L;

    /** More turns in one instant than any finite exchange needs. */
    private static final int MAX_TURNS_PER_INSTANT = 1_000_000;

    private final SimContext context;
    private final TraceHash hash = new TraceHash();
    private final List<SimHost> hosts = new ArrayList<>();
    private final List<Pipe> pipes = new ArrayList<>();
    private final ArrayDeque<SimHost> turns = new ArrayDeque<>();
    private final List<TurnCheck> checks = new ArrayList<>();
    private long nowNs;
    private boolean closed;

    /** A simulation that starts at {@link #DEFAULT_START_NS}, with a pool of its own. */
    public Simulation(long seed) {
        this(seed, DEFAULT_START_NS, new SimAllocator());
    }

    /**
     * A simulation.
     *
     * @param startNs where time starts, at least 0
     * @param allocator where all buffers come from; a thread that runs many simulations gives each the same
     */
    public Simulation(long seed, long startNs, SimAllocator allocator) {
        nowNs = startNs;
        context = new SimContext(
                new EventQueue(), new Captures(), new RandomStreams(seed), allocator, new PacketPool(allocator));
        context.captures().add(hash);
    }

    public long nowNs() {
        return nowNs;
    }

    public RandomStreams random() {
        return context.random();
    }

    public SimAllocator allocator() {
        return context.allocator();
    }

    /** The hash over everything on the wires so far. */
    public TraceHash hash() {
        return hash;
    }

    EventQueue events() {
        return context.events();
    }

    /** In the order they were made. */
    public List<SimHost> hosts() {
        return List.copyOf(hosts);
    }

    /** All directions of all wires, in the order they were made. */
    public List<Pipe> pipes() {
        return List.copyOf(pipes);
    }

    List<Pipe> allPipes() {
        return pipes;
    }

    /** Packets that are on a wire or wait for one. */
    public int packetsUnderWay() {
        return context.packets().underWay();
    }

    /** A packet of these bytes, whose reference it takes over, to be handed to some {@link PacketSink}: for tests. */
    public SimPacket packet(ByteBuf bytes) {
        return context.packets().packet(bytes);
    }

    /** Watches every wire from now on. */
    public void capture(Capture capture) {
        context.captures().add(capture);
    }

    /** Checks something after each turn of each host from now on. */
    public void check(TurnCheck check) {
        checks.add(check);
    }

    /** A host with the default configuration. */
    public SimHost host(String name) {
        return host(name, builder -> builder);
    }

    /** A host with a configuration of its own; randomness, clock and allocator are the simulation's. */
    public SimHost host(String name, UnaryOperator<HostConfig.Builder> configure) {
        HostConfig.Builder builder = HostConfig.builder(context.random().stream("host " + name))
                .startNs(nowNs)
                .allocator(context.allocator());
        SimHost host = new SimHost(name, this, new Host(configure.apply(builder).build()));
        hosts.add(host);
        return host;
    }

    /** Attaches two hosts to a wire without offloads that is the same in both directions. */
    public Cable connect(SimHost a, SimHost b, PipeConfig both) {
        return connect(a, LinkConfig.PLAIN, both, b, LinkConfig.PLAIN, both);
    }

    /**
     * Attaches two hosts to a wire.
     *
     * @param ab the direction in which a sends
     * @param ba the direction in which b sends
     */
    public Cable connect(SimHost a, LinkConfig linkA, PipeConfig ab, SimHost b, LinkConfig linkB, PipeConfig ba) {
        String nameA = a.name() + a.nics().size();
        String nameB = b.name() + b.nics().size();
        Nic nicA = attach(a, nameA, linkA, pipe(nameA, nameB, ab));
        Nic nicB = attach(b, nameB, linkB, pipe(nameB, nameA, ba));
        nicA.out().destination(nicB, linkB.mtu());
        nicB.out().destination(nicA, linkA.mtu());
        return new Cable(nicA, nicB);
    }

    /** A router without routes. */
    public Router router(String name) {
        return new Router(name);
    }

    /**
     * Attaches a host to a router.
     *
     * @param up the direction in which the host sends
     * @return the host's end; {@link Router#route} wants the other direction, which is {@code down} of the result
     */
    public Attachment connect(SimHost host, LinkConfig link, PipeConfig up, Router router, PipeConfig down) {
        String nameA = host.name() + host.nics().size();
        String nameB = router.nextPort();
        Nic nic = attach(host, nameA, link, pipe(nameA, nameB, up));
        nic.out().destination(router, Integer.MAX_VALUE);
        Pipe out = pipe(nameB, nameA, down);
        out.destination(nic, link.mtu());
        return new Attachment(nic, out);
    }

    /** A host's end of a wire to a router, and the direction towards it. */
    public record Attachment(Nic nic, Pipe down) {}

    /** One direction of a wire between two routers. */
    public Pipe connect(Router from, Router to, PipeConfig config) {
        Pipe pipe = pipe(from.nextPort(), to.nextPort(), config);
        pipe.destination(to, Integer.MAX_VALUE);
        return pipe;
    }

    private Pipe pipe(String from, String to, PipeConfig config) {
        Pipe pipe = new Pipe(from, to, pipes.size(), config, context, nowNs);
        pipes.add(pipe);
        return pipe;
    }

    private Nic attach(SimHost host, String name, LinkConfig config, Pipe out) {
        Nic nic;
        if (config.ringPackets() > 0) {
            RingLink link = new RingLink(name, config, out, context, host::wantTurn);
            nic = new Nic(host, link, out, link::clear);
        } else {
            Link link = new DirectLink(name, config, out, context.packets());
            nic = new Nic(host, link, out, () -> {});
        }
        host.attach(nic);
        return nic;
    }

    /** Does something at a point of time, not before now. */
    public void at(long atNs, Runnable action) {
        Event event = new Event() {
            @Override
            void fire(long firedNs) {
                action.run();
            }
        };
        context.events().schedule(event, Math.max(atNs, nowNs));
    }

    void addTurn(SimHost host) {
        turns.add(host);
    }

    /** Runs until time is {@code untilNs}; returns whether anything is left to happen. */
    public boolean run(long untilNs) {
        runUntil(() -> false, untilNs);
        nowNs = Math.max(nowNs, untilNs);
        return context.events().size() > 0;
    }

    /** Runs until nothing is left to happen, or until {@code untilNs}; returns whether nothing is left. */
    public boolean runToEnd(long untilNs) {
        runUntil(() -> false, untilNs);
        return context.events().size() == 0;
    }

    /**
     * Runs until {@code done}, which is asked after each instant, or until nothing is left to happen, or until what is
     * left happens after {@code untilNs}; returns whether it is done.
     */
    public boolean runUntil(BooleanSupplier done, long untilNs) {
        hosts.forEach(SimHost::wantTurn);
        instant();
        while (!done.getAsBoolean()) {
            long next = context.events().nextNs();
            if (next == Deadline.NEVER || next > untilNs) {
                return false;
            }
            nowNs = Math.max(nowNs, next);
            instant();
        }
        return true;
    }

    /** Everything that happens now. */
    private void instant() {
        int turnsLeft = MAX_TURNS_PER_INSTANT;
        do {
            fireDue();
            for (SimHost host = turns.poll(); host != null; host = turns.poll()) {
                turn(host);
                if (--turnsLeft == 0) {
                    throw new IllegalStateException("time stands still at " + nowNs + ", with a turn of " + host);
                }
            }
        } while (context.events().nextNs() <= nowNs);
    }

    private void fireDue() {
        while (context.events().nextNs() <= nowNs) {
            Event event = context.events().poll();
            if (event != null) {
                event.fire(nowNs);
            }
        }
    }

    private void turn(SimHost host) {
        host.turn(nowNs);
        for (int i = 0; i < checks.size(); i++) {
            checks.get(i).afterTurn(host, nowNs);
        }
    }

    /** Lets go of every packet and closes every host. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (SimHost host : hosts) {
            host.close(nowNs);
        }
        pipes.forEach(Pipe::clear);
        for (@Nullable Event e = context.events().poll();
                e != null;
                e = context.events().poll()) {
            if (e instanceof SimPacket packet) {
                packet.release();
            }
        }
    }
}
