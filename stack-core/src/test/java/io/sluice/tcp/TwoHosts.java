package io.sluice.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.SocketError;
import io.sluice.host.Host;
import io.sluice.host.HostConfig;
import io.sluice.host.HostMemory;
import io.sluice.link.EmitResult;
import io.sluice.link.Link;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketMeta;
import io.sluice.wire.IpAddress;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Two hosts on a wire with delay and loss, in virtual time: what tests of this package drive connections with. */
final class TwoHosts implements AutoCloseable {
    static final long MS = 1_000_000;

    /** Without leak detection, which costs more than a flood. */
    private static final ByteBufAllocator INJECTED = new UnpooledByteBufAllocator(true, true);

    final Host a;
    final Host b;
    final Sockets socketsA;
    final Sockets socketsB;
    final Endpoint serverEndpoint = Endpoint.of("10.0.0.2", 80);
    final Endpoint serverEndpoint6 = Endpoint.of("fd00::2", 80);
    long nowNs = 1_000 * MS;
    long delayNs = 5 * MS;
    double loss;

    /** Called for every packet; false loses it. */
    Filter filter = (fromA, packet) -> true;

    private final PriorityQueue<Flight> flights = new PriorityQueue<>();
    private final SplittableRandom random;
    private long serial;

    /** Decides about each packet, which is borrowed. */
    interface Filter {
        boolean passes(boolean fromA, ByteBuf packet);
    }

    private record Flight(long atNs, long serial, boolean fromA, ByteBuf packet) implements Comparable<Flight> {
        @Override
        public int compareTo(Flight other) {
            int byTime = Long.compare(atNs, other.atNs);
            return byTime != 0 ? byTime : Long.compare(serial, other.serial);
        }
    }

    private final class Wire implements Link {
        final boolean fromA;
        final PacketMeta meta = new PacketMeta(this);

        Wire(boolean fromA) {
            this.fromA = fromA;
        }

        @Override
        public String name() {
            return fromA ? "a" : "b";
        }

        @Override
        public int mtu() {
            return 1500;
        }

        @Override
        public EmitResult emit(OutboundPacket packet, long now) {
            ByteBuf copy = PooledByteBufAllocator.DEFAULT.directBuffer(packet.totalLength());
            packet.copyTo(copy);
            if (random.nextDouble() < loss || !filter.passes(fromA, copy)) {
                copy.release();
            } else {
                flights.add(new Flight(now + delayNs, serial++, fromA, copy));
            }
            return EmitResult.SENT;
        }
    }

    private final Wire wireA = new Wire(true);
    private final Wire wireB = new Wire(false);

    TwoHosts(long seed, TcpProfile profile) {
        this(seed, profile, TcpStack.DEFAULT);
    }

    TwoHosts(long seed, TcpProfile profile, TcpStack stack) {
        this(seed, profile, stack, HostMemory.DEFAULT);
    }

    TwoHosts(long seed, TcpProfile profile, TcpStack stack, HostMemory memory) {
        random = new SplittableRandom(seed);
        a = host(wireA, 1, profile, stack, memory, random.split());
        b = host(wireB, 2, profile, stack, memory, random.split());
        socketsA = new Sockets(a);
        socketsB = new Sockets(b);
    }

    private Host host(
            Wire wire, int number, TcpProfile profile, TcpStack stack, HostMemory memory, RandomGenerator hostRandom) {
        Host host = new Host(HostConfig.builder(hostRandom)
                .startNs(nowNs)
                .tcpProfile(profile)
                .tcpStack(stack)
                .memory(memory)
                .build());
        var on = host.addInterface(wire);
        host.addAddress(on, IpAddress.parse("10.0.0." + number), 24);
        host.addAddress(on, IpAddress.parse("fd00::" + number), 64);
        return host;
    }

    /** Runs until {@code done} or the time is over; true if done. */
    boolean run(long forNs, BooleanSupplier done) {
        long end = nowNs + forNs;
        turn();
        while (!done.getAsBoolean()) {
            long next = Math.min(a.nextDeadlineNs(), b.nextDeadlineNs());
            Flight first = flights.peek();
            if (first != null) {
                next = Math.min(next, first.atNs);
            }
            if (next > end) {
                nowNs = end;
                return done.getAsBoolean();
            }
            nowNs = Math.max(nowNs, next);
            deliver();
            turn();
        }
        return true;
    }

    private void deliver() {
        for (Flight f = flights.peek(); f != null && f.atNs <= nowNs; f = flights.peek()) {
            flights.remove();
            if (f.fromA) {
                b.onPacket(f.packet, wireB.meta.reset(), nowNs);
            } else {
                a.onPacket(f.packet, wireA.meta.reset(), nowNs);
            }
            f.packet.release();
        }
    }

    /** A packet that b receives now, from whoever it says. */
    void injectToB(byte[] packet) {
        injectToB(packet, Runnable::run);
    }

    /** The same; {@code around} runs the host's part of it. */
    void injectToB(byte[] packet, Consumer<Runnable> around) {
        ByteBuf bytes = INJECTED.directBuffer(packet.length).writeBytes(packet);
        around.accept(() -> b.onPacket(bytes, wireB.meta.reset(), nowNs));
        bytes.release();
    }

    /** A packet that a receives now. */
    void injectToA(byte[] packet) {
        ByteBuf bytes = INJECTED.directBuffer(packet.length).writeBytes(packet);
        a.onPacket(bytes, wireA.meta.reset(), nowNs);
        bytes.release();
    }

    private void turn() {
        a.onTimer(nowNs);
        b.onTimer(nowNs);
        a.transmit(Integer.MAX_VALUE, nowNs);
        b.transmit(Integer.MAX_VALUE, nowNs);
    }

    TcpListener listen() {
        return listen(serverEndpoint);
    }

    TcpListener listen(Endpoint at) {
        TcpListener listener = socketsB.listener();
        check(listener.bind(at));
        check(listener.listen(16));
        return listener;
    }

    TcpSocket connect() {
        return connect(socketsA.tcp(), serverEndpoint);
    }

    TcpSocket connect(TcpSocket socket, Endpoint to) {
        SocketError error = socket.connect(to, nowNs);
        if (error != SocketError.IN_PROGRESS) {
            throw new AssertionError(error);
        }
        return socket;
    }

    static TcpConnection connection(TcpSocket socket) {
        return Objects.requireNonNull(socket.connection());
    }

    static void check(@Nullable SocketError error) {
        if (error != null) {
            throw new AssertionError(error);
        }
    }

    @Override
    public void close() {
        a.close(nowNs);
        b.close(nowNs);
        for (Flight f : flights) {
            f.packet.release();
        }
        if (a.memory().usedBytes() != 0 || b.memory().usedBytes() != 0) {
            throw new AssertionError("memory is still charged: a socket that is over holds data that nobody read");
        }
    }
}
