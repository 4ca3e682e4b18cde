package io.sluice.posix;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.api.Endpoint;
import io.sluice.host.Host;
import io.sluice.host.HostConfig;
import io.sluice.link.EmitResult;
import io.sluice.link.Link;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketMeta;
import io.sluice.tcp.TcpProfile;
import io.sluice.wire.IpAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;

/** Two hosts, a process on each, and a wire with a delay between them, in virtual time. */
final class TwoProcesses implements AutoCloseable {
    static final long MS = 1_000_000;
    static final long DELAY_NS = 10 * MS;
    static final Endpoint SERVER = Endpoint.of("10.0.0.2", 80);
    static final Set<MessageFlag> NO_FLAGS = Set.of();

    final PosixSockets client;
    final PosixSockets server;
    long nowNs = 1_000 * MS;

    /** Packets that reach nobody while this is true. */
    boolean cut;

    private final Host clientHost;
    private final Host serverHost;
    private final Queue<Flight> flights = new ArrayDeque<>();
    private final Wire fromClient = new Wire();
    private final Wire fromServer = new Wire();

    private record Flight(long atNs, Wire wire, ByteBuf packet) {}

    /** One direction of the wire. */
    private final class Wire implements Link {
        final PacketMeta meta = new PacketMeta(this);

        @Override
        public String name() {
            return "wire";
        }

        @Override
        public int mtu() {
            return 1500;
        }

        @Override
        public EmitResult emit(OutboundPacket packet, long now) {
            ByteBuf copy = PooledByteBufAllocator.DEFAULT.directBuffer(packet.totalLength());
            packet.copyTo(copy);
            if (cut) {
                copy.release();
            } else {
                flights.add(new Flight(now + DELAY_NS, this, copy));
            }
            return EmitResult.SENT;
        }
    }

    TwoProcesses(PosixProfile profile) {
        SplittableRandom random = new SplittableRandom(7);
        clientHost = host(fromClient, "10.0.0.1", random.split());
        serverHost = host(fromServer, "10.0.0.2", random.split());
        client = new PosixSockets(clientHost, profile);
        server = new PosixSockets(serverHost, profile);
    }

    private Host host(Wire wire, String address, SplittableRandom random) {
        Host host = new Host(HostConfig.builder(random)
                .startNs(nowNs)
                .tcpProfile(TcpProfile.STANDARD)
                .build());
        host.addAddress(host.addInterface(wire), IpAddress.parse(address), 24);
        return host;
    }

    /** Lets time pass. */
    void run(long forNs) {
        long end = nowNs + forNs;
        turns();
        for (long next = nextNs(); next <= end; next = nextNs()) {
            nowNs = Math.max(nowNs, next);
            for (Flight f = flights.peek(); f != null && f.atNs <= nowNs; f = flights.peek()) {
                flights.remove();
                Host to = f.wire == fromClient ? serverHost : clientHost;
                to.onPacket(f.packet, (f.wire == fromClient ? fromServer : fromClient).meta.reset(), nowNs);
                f.packet.release();
            }
            turns();
        }
        nowNs = end;
    }

    private long nextNs() {
        Flight first = flights.peek();
        long hosts = Math.min(clientHost.nextDeadlineNs(), serverHost.nextDeadlineNs());
        long calls = Math.min(client.nextDeadlineNs(), server.nextDeadlineNs());
        return Math.min(first == null ? Long.MAX_VALUE : first.atNs, Math.min(hosts, calls));
    }

    private void turns() {
        turn(clientHost, client);
        turn(serverHost, server);
    }

    private void turn(Host host, PosixSockets sockets) {
        host.onTimer(nowNs);
        sockets.poll(nowNs);
        while (host.transmit(Integer.MAX_VALUE, nowNs)) {
            sockets.poll(nowNs);
        }
    }

    int serverSocket(int backlog) {
        int fd = (int) server.socket(false, false).result();
        server.bind(fd, SERVER);
        server.listen(fd, backlog);
        return fd;
    }

    int clientSocket() {
        return (int) client.socket(false, false).result();
    }

    /** A connection: the client's descriptor, then the server's. */
    int[] connection() {
        int listener = serverSocket(5);
        int c = clientSocket();
        Call accepted = server.accept(listener, false, nowNs);
        client.connect(c, SERVER, nowNs);
        run(5 * DELAY_NS);
        server.close(listener, nowNs);
        return new int[] {c, (int) accepted.result()};
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    static String text(ByteBuffer read) {
        return StandardCharsets.US_ASCII.decode(read.duplicate().flip()).toString();
    }

    @Override
    public void close() {
        client.closeAll(nowNs);
        server.closeAll(nowNs);
        clientHost.close(nowNs);
        serverHost.close(nowNs);
        for (Flight f : flights) {
            f.packet.release();
        }
    }
}
