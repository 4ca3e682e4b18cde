package io.sluice.sim.validation;

import io.netty.buffer.ByteBuf;
import io.sluice.api.Endpoint;
import io.sluice.api.TcpSocket;
import io.sluice.sim.Cable;
import io.sluice.sim.PipeConfig;
import io.sluice.sim.SimHost;
import io.sluice.sim.Simulation;
import io.sluice.sim.lab.LabStacks;
import io.sluice.sim.workload.PeerPlan;
import io.sluice.sim.workload.StreamPeer;
import io.sluice.sim.workload.StreamServer;
import io.sluice.tcp.TcpProfile;
import io.sluice.wire.IpAddress;
import io.sluice.wire.TcpHeader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One connection between two hosts on one wire, where a test decides which segments are lost and sees when each leaves. */
final class OneTransfer implements AutoCloseable {
    /** Decides what is lost. */
    @FunctionalInterface
    interface Loss {
        /**
         * Whether a segment is lost.
         *
         * @param offset the stream offset of its first octet
         * @param copy how often this octet has left before
         */
        boolean loses(long offset, int copy);
    }

    /** A segment with data that left the sender. */
    record Sent(long atNs, long offset, int octets, int copy) {}

    private static final Endpoint SERVER = Endpoint.of("10.0.0.2", 80);

    final List<Sent> sent = new ArrayList<>();
    private final Simulation simulation;
    private final SimHost client;
    private final Cable cable;
    private final StreamPeer sender;
    private final StreamServer listening;
    private final TcpHeader tcp = new TcpHeader();
    private int initial;
    private @Nullable StreamPeer receiver;
    private @Nullable TcpSocket accepted;

    /** @param reads whether the receiver reads what arrives */
    OneTransfer(String stack, TcpProfile profile, PipeConfig wire, long bytes, boolean reads, Loss loss) {
        this(1, stack, profile, wire, bytes, reads, loss);
    }

    OneTransfer(long seed, String stack, TcpProfile profile, PipeConfig wire, long bytes, boolean reads, Loss loss) {
        simulation = new Simulation(seed);
        client = simulation.host("client", b -> LabStacks.configure(b, stack, profile));
        SimHost server = simulation.host("server", b -> b.tcpProfile(profile));
        cable = simulation.connect(client, server, wire);
        cable.a().address(IpAddress.parse("10.0.0.1"), 24);
        cable.b().address(IpAddress.parse("10.0.0.2"), 24);
        cable.ab().filter((packet, nowNs) -> passes(packet, loss, nowNs));
        listening = new StreamServer(server.sockets().listener(), SERVER, 1, socket -> {
            accepted = socket;
            if (!reads) {
                return nowNs -> {};
            }
            StreamPeer peer = new StreamPeer(
                    socket,
                    PeerPlan.of(2, 0, 1, bytes).tolerant(),
                    server,
                    simulation.random().stream("server"),
                    simulation.allocator());
            receiver = peer;
            return peer;
        });
        TcpSocket socket = client.sockets().tcp();
        socket.connect(SERVER, simulation.nowNs());
        sender = new StreamPeer(
                socket,
                PeerPlan.of(1, bytes, 2, 0).tolerant(),
                client,
                simulation.random().stream("client"),
                simulation.allocator());
        sender.onReady(simulation.nowNs());
    }

    private boolean passes(ByteBuf packet, Loss loss, long nowNs) {
        int ip = (packet.getByte(packet.readerIndex()) & 0x0F) * 4;
        var view = packet.internalNioBuffer(packet.readerIndex(), packet.readableBytes());
        if (!tcp.wrap(view, view.position() + ip, packet.readableBytes() - ip)) {
            return true;
        }
        if ((tcp.flags() & TcpHeader.SYN) != 0) {
            initial = tcp.sequenceNumber() + 1;
            return true;
        }
        int octets = tcp.payloadLength();
        if (octets == 0) {
            return true;
        }
        long offset = Integer.toUnsignedLong(tcp.sequenceNumber() - initial);
        int copy = 0;
        for (Sent s : sent) {
            copy += s.offset <= offset && offset < s.offset + s.octets ? 1 : 0;
        }
        sent.add(new Sent(nowNs, offset, octets, copy));
        return !loss.loses(offset, copy);
    }

    /** Runs for so long, or until nothing is left to do. */
    OneTransfer run(double seconds) {
        simulation.run(simulation.nowNs() + Math.round(seconds * 1e9));
        return this;
    }

    /** When copies of the octet at {@code offset} left, in nanoseconds. */
    List<Long> timesOf(long offset) {
        return sent.stream()
                .filter(s -> s.offset <= offset && offset < s.offset + s.octets)
                .map(Sent::atNs)
                .toList();
    }

    long receivedBytes() {
        return receiver == null ? 0 : receiver.received();
    }

    @Override
    public void close() {
        sender.stop(simulation.nowNs());
        if (receiver != null) {
            receiver.stop(simulation.nowNs());
        } else if (accepted != null) {
            accepted.abort(simulation.nowNs());
        }
        listening.close(simulation.nowNs());
        client.wantTurn();
        simulation.run(simulation.nowNs());
        simulation.close();
    }
}
