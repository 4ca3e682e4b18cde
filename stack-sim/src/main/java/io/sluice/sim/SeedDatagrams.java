package io.sluice.sim;

import io.netty.buffer.ByteBuf;
import io.sluice.api.Endpoint;
import io.sluice.api.UdpSocket;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.event.SocketError;
import io.sluice.sim.workload.Pattern;
import io.sluice.sim.workload.SocketHandler;
import io.sluice.udp.DatagramOptions;
import io.sluice.udp.DatagramOptions.Fragments;
import io.sluice.udp.Dplpmtud;
import io.sluice.udp.DplpmtudConfig;
import io.sluice.udp.Experiment;
import io.sluice.udp.ReceivedOptions;
import io.sluice.udp.ReceivedOptions.Outcome;
import io.sluice.udp.SendOptions;
import io.sluice.udp.UdpDatagram;
import io.sluice.udp.UdpSocketOptions.OptionReception;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client and a server that send each other datagrams with UDP options (RFC 9868), whole and in fragments, while the client looks
 * for the path MTU (RFC 9869). What is delivered was sent, with the options it was sent with or none of them; and the path
 * MTU is never found to be larger than it is.
 */
final class SeedDatagrams {
    private static final long MS = 1_000_000L;
    private static final int MAX_REASSEMBLED_BYTES = 65_535;
    private static final int MAX_REASSEMBLED_SEGMENTS = 64;
    private static final int UNSAFE_EXPERIMENT = 7;
    private static final String RESPONSE = "RES [0-9a-f]+ ?";

    private final Simulation simulation;
    private final Dice dice;
    private final int pathMtu;
    private final Side client;
    private final Side server;
    private @Nullable Dplpmtud search;
    private int left;

    /** Between the host at the cable's end a, which looks for the path MTU, and the one at b. */
    SeedDatagrams(Simulation simulation, Dice dice, Cable cable, Endpoint from, Endpoint to, int pathMtu) {
        this.simulation = simulation;
        this.dice = dice;
        this.pathMtu = pathMtu;
        client = new Side(cable.a().host(), from, to, 1, cable.ba());
        server = new Side(cable.b().host(), to, from, 2, cable.ab());
        client.sender = server;
        server.sender = client;
        left = dice.between(0, 40);
    }

    void start() {
        client.open();
        server.open();
        if (dice.chance(0.7)) {
            DplpmtudConfig config = DplpmtudConfig.STANDARD.withProbeTimerNs(dice.logBetween(1000 * MS, 16_000 * MS));
            Expect.accepted(client.socket.startPathMtuDiscovery(config, simulation.nowNs()));
            search = client.socket.pathMtuDiscovery();
            client.host.wantTurn();
        }
        later();
    }

    private void later() {
        simulation.at(simulation.nowNs() + dice.logBetween(MS / 10, 2000 * MS), () -> {
            if (left > 0) {
                left--;
                (dice.chance(0.5) ? client : server).send();
                later();
            }
        });
    }

    /** Sends no more; what is under way still comes. */
    void end() {
        left = 0;
        checkPathMtu();
        client.socket.stopPathMtuDiscovery();
    }

    private void checkPathMtu() {
        Dplpmtud s = search;
        if (s != null && (s.state() == Dplpmtud.State.SEARCHING || s.state() == Dplpmtud.State.SEARCH_COMPLETE)) {
            Expect.holds(s.plpmtu() <= pathMtu, "a path MTU of " + s.plpmtu() + " where it is " + pathMtu);
        }
    }

    /** Returns how many of them had to arrive, and did. */
    long checkEnded() {
        return client.checkEnded() + server.checkEnded();
    }

    @Override
    public String toString() {
        return "datagrams " + client + " " + server + (search == null ? "" : ", path MTU " + search.plpmtu());
    }

    /** One of both ends. */
    private final class Side implements SocketHandler {
        final SimHost host;
        final UdpSocket socket;
        private final Endpoint local;
        private final Endpoint peer;
        private final int key;
        private final Pipe in;
        private final Map<Integer, DatagramOptions> sent = new HashMap<>();
        private final Map<Integer, Integer> lengths = new HashMap<>();
        private final BitSet arrived = new BitSet();
        private final UdpDatagram received = new UdpDatagram();
        private @Nullable Side sender;

        Side(SimHost host, Endpoint local, Endpoint peer, int key, Pipe in) {
            this.host = host;
            this.local = local;
            this.peer = peer;
            this.key = key;
            this.in = in;
            this.socket = host.sockets().udp(local.address().isV6());
        }

        void open() {
            socket.options().optionReception = OptionReception.PROCESS;
            socket.options().answerProbes = dice.chance(0.8);
            socket.options().unsafeExperiments = Set.of(UNSAFE_EXPERIMENT);
            socket.options().peerMaxReassembledBytes = MAX_REASSEMBLED_BYTES;
            socket.options().peerMaxReassembledSegments = MAX_REASSEMBLED_SEGMENTS;
            Expect.accepted(socket.bind(local));
            Expect.accepted(socket.connect(peer, simulation.nowNs()));
            socket.attachment(this);
        }

        void send() {
            int index = sent.size();
            int length = (int) dice.logBetween(Integer.BYTES, 8_000);
            DatagramOptions options = options();
            ByteBuf payload = simulation.allocator().directBuffer(length).writerIndex(length);
            new Pattern(key).fill(payload.internalNioBuffer(0, length), 31L * index);
            payload.setInt(0, index);
            SocketError refused = socket.send(payload, peer, SendOptions.of(options), simulation.nowNs());
            if (refused == null) {
                sent.put(index, options);
                lengths.put(index, length);
                host.wantTurn();
                return;
            }
            payload.release();
            boolean mayBe = refused == SocketError.WOULD_BLOCK || refused == SocketError.MESSAGE_TOO_LONG;
            Expect.holds(mayBe, "cannot send " + length + " octets with " + options + ": " + refused);
        }

        private DatagramOptions options() {
            DatagramOptions.Builder o = DatagramOptions.builder();
            if (dice.chance(0.5)) {
                o.payloadChecksum();
            }
            if (dice.chance(0.3)) {
                o.maxDatagramSize(pathMtu - 48);
            }
            if (dice.chance(0.3)) {
                o.maxReassembled(MAX_REASSEMBLED_BYTES, MAX_REASSEMBLED_SEGMENTS);
            }
            if (dice.chance(0.3)) {
                o.request(dice.between(0, 1 << 20));
            }
            if (dice.chance(0.3)) {
                o.time(dice.between(1, 1 << 30), dice.between(0, 1 << 30));
            }
            if (dice.chance(0.3)) {
                o.experiment(new Experiment(dice.chance(0.3), UNSAFE_EXPERIMENT, new byte[dice.between(0, 300)]));
            }
            if (dice.chance(0.2)) {
                o.minLengthBytes(dice.between(0, 500));
            }
            return o.fragments(dice.chance(0.3) ? Fragments.ALWAYS : Fragments.WHERE_NEEDED)
                    .maxFragmentBytes(dice.chance(0.3) ? dice.between(500, 1200) : 0)
                    .build();
        }

        @Override
        public void onReady(long nowNs) {
            while (socket.receive(received)) {
                take();
            }
            received.release();
        }

        private void take() {
            ByteBuf payload = received.payload();
            ReceivedOptions r = received.options();
            Side from = sender;
            if (payload == null || from == null || !payload.isReadable()) {
                // A probe, or a fragment whose options are not good.
                return;
            }
            int index = payload.readableBytes() < Integer.BYTES ? -1 : payload.getInt(payload.readerIndex());
            DatagramOptions wanted = from.sent.get(index);
            Integer length = from.lengths.get(index);
            if (wanted == null || length == null || length != payload.readableBytes()) {
                throw new AssertionError("a datagram that nobody sent: " + index + ", " + payload);
            }
            int wrong = new Pattern(from.key)
                    .mismatch(
                            payload.nioBuffer(payload.readerIndex() + Integer.BYTES, length - Integer.BYTES),
                            31L * index + Integer.BYTES);
            Expect.holds(wrong < 0, "octet " + wrong + " of datagram " + index + " is wrong");
            if (r != null && r.outcome() == Outcome.PROCESSED) {
                String got = r.options().toString().replaceAll(RESPONSE, "").replace(" }", "}");
                Expect.holds(wanted.toString().equals(got), "sent with " + wanted + ", received with " + got);
                Expect.holds(!r.isPayloadChecksumWrong(), "the payload checksum is wrong");
            }
            arrived.set(index);
        }

        long checkEnded() {
            int heard = sender == null ? 0 : sender.sent.size();
            boolean sure = isSure();
            Expect.holds(
                    !sure || arrived.cardinality() == heard, arrived.cardinality() + " of " + heard + " have come");
            socket.close();
            return sure ? heard : 0;
        }

        /** Whether nothing but TCP's was lost on the way here: everything must have come. */
        private boolean isSure() {
            Side from = sender;
            return from != null
                    && from.host.stack().counters().get(Counter.LINK_DROPPED) == 0
                    && in.dropped() == 0
                    && in.corrupted() == 0
                    && Arrays.stream(DropReason.values())
                            .filter(reason -> !reason.name().startsWith("TCP_"))
                            .allMatch(reason -> host.stack().counters().get(reason) == 0);
        }

        @Override
        public String toString() {
            return sent.size() + " sent, " + arrived.cardinality() + " received";
        }
    }
}
