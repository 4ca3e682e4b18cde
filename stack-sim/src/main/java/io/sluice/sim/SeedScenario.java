package io.sluice.sim;

import io.sluice.sim.workload.Finish;
import io.sluice.sim.workload.Pace;
import io.sluice.sim.workload.PeerPlan;
import io.sluice.tcp.Knob;
import io.sluice.tcp.TcpProfile;
import java.util.ArrayList;
import java.util.List;

/**
 * What a seed means: clients on wires to one server, how bad each wire is, what each host's TCP may use, and what every
 * connection carries. Profile STANDARD but for what a user may switch.
 *
 * @param ipv6 the family of all addresses
 * @param startNs where time starts: up to a hundred days, so that clocks have wrapped
 * @param server the server's TCP
 * @param serverTurnIntervalNs how often the server's driver runs at most
 * @param clients from 1 to 3
 * @param connections from 1 to 6; the first carries at least 64 KiB each way, to the end
 */
record SeedScenario(
        boolean ipv6,
        long startNs,
        TcpProfile server,
        long serverTurnIntervalNs,
        List<Client> clients,
        List<Connection> connections) {
    private static final int[] MTUS = {1280, 1280, 1400, 1500, 1500, 1500, 4000, 9000, 65_535};
    private static final int[] MTUS_IPV4_ONLY = {576, 1006, 1492};
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;
    private static final long HUNDRED_DAYS = 100L * 24 * 3600 * SECOND;
    private static final int LEAST_BYTES = 64 * 1024;
    private static final long MOST_READING_NS = 15 * SECOND;

    /**
     * A client and its wire to the server.
     *
     * @param turnIntervalNs how often its driver runs at most
     * @param outageStartNs when the wire goes dead, after the start of time
     * @param outageNs for how long; 0 for never
     */
    record Client(
            TcpProfile profile,
            LinkConfig link,
            LinkConfig serverLink,
            PipeConfig up,
            PipeConfig down,
            long turnIntervalNs,
            long outageStartNs,
            long outageNs) {}

    /**
     * A connection.
     *
     * @param client which client opens it
     * @param startNs when, after the start of time
     * @param simultaneous whether the server opens it at the same time
     * @param again whether the client opens another one, from the same port, as soon as it has ended
     * @param maxSegment the largest MSS, or 0
     */
    record Connection(
            int client,
            long startNs,
            boolean simultaneous,
            boolean again,
            int maxSegment,
            boolean noDelay,
            boolean keepAlive,
            PeerPlan clientPlan,
            PeerPlan serverPlan) {}

    static SeedScenario draw(long seed) {
        Dice dice = new Dice(new RandomStreams(seed).stream("scenario"));
        boolean ipv6 = dice.chance(0.5);
        long startNs = dice.between(0L, HUNDRED_DAYS);
        TcpProfile server = profile(dice);
        long serverTurnIntervalNs = turnIntervalNs(dice);
        List<Client> clients = new ArrayList<>();
        for (int n = dice.pick(1, 1, 1, 2, 3); n > 0; n--) {
            clients.add(client(dice, ipv6));
        }
        List<Connection> connections = new ArrayList<>();
        for (int n = dice.pick(1, 1, 2, 2, 3, 4, 6); n > 0; n--) {
            connections.add(connection(dice, connections.size(), clients.size()));
        }
        return new SeedScenario(ipv6, startNs, server, serverTurnIntervalNs, clients, connections);
    }

    private static TcpProfile profile(Dice dice) {
        TcpProfile p = TcpProfile.STANDARD;
        p = dice.chance(0.2) ? p.with(Knob.SACK, 0) : p;
        p = dice.chance(0.2) ? p.with(Knob.TIMESTAMPS, 0) : p;
        p = dice.chance(0.2) ? p.with(Knob.WINDOW_SCALING, 0) : p;
        p = dice.chance(0.6) ? p.with(Knob.RECEIVE_BUFFER, dice.logBetween(4096, 4 << 20)) : p;
        p = dice.chance(0.6) ? p.with(Knob.SEND_BUFFER, dice.logBetween(2048, 4 << 20)) : p;
        return p;
    }

    private static Client client(Dice dice, boolean ipv6) {
        boolean clean = dice.chance(0.15);
        return new Client(
                profile(dice),
                link(dice, ipv6),
                link(dice, ipv6),
                pipe(dice, clean),
                pipe(dice, clean),
                turnIntervalNs(dice),
                dice.between(0L, 5 * SECOND),
                dice.chance(0.1) ? dice.logBetween(10 * MS, 20 * SECOND) : 0);
    }

    private static long turnIntervalNs(Dice dice) {
        return dice.chance(0.3) ? dice.logBetween(MS / 50, 5 * MS) : 0;
    }

    private static LinkConfig link(Dice dice, boolean ipv6) {
        int mtu = !ipv6 && dice.chance(0.25) ? dice.pick(MTUS_IPV4_ONLY) : dice.pick(MTUS);
        boolean cuts = dice.chance(0.4);
        int segmentation = cuts ? (int) dice.logBetween(2_000, 65_400) : 0;
        int ring = dice.chance(0.35) ? (int) dice.logBetween(1, 64) : 0;
        return new LinkConfig(mtu, segmentation, cuts || dice.chance(0.3), ring, cuts && dice.chance(0.4));
    }

    private static PipeConfig pipe(Dice dice, boolean clean) {
        long delayNs = dice.chance(0.1) ? 0 : dice.logBetween(MS / 100, 200 * MS);
        PipeConfig.Builder b = PipeConfig.builder().delayNs(delayNs);
        if (!dice.chance(0.1)) {
            b.rate(dice.logBetween(300_000, 1_000_000_000));
        }
        if (dice.chance(0.7)) {
            b.queue((int) dice.logBetween(8, 1000), Integer.MAX_VALUE);
        }
        if (clean) {
            return b.build();
        }
        int burst = dice.chance(0.2) ? dice.between(2, 20) : 1;
        return b.jitterNs(dice.chance(0.5) ? dice.between(0L, delayNs) : 0)
                .loss(dice.sometimes(0.8, 0.1) / ((burst + 1) / 2.0))
                .lossBurst(burst, 200 * MS)
                .duplication(dice.sometimes(0.5, 0.1))
                .reordering(dice.sometimes(0.5, 0.2), dice.logBetween(MS / 100, 2 * delayNs + MS))
                .corruption(dice.sometimes(0.4, 0.03))
                .build();
    }

    /** A limit on the MSS now and then, or 0. */
    private static int smallSegment(Dice dice) {
        return dice.chance(0.1) ? (int) dice.logBetween(88, 1400) : 0;
    }

    private static Connection connection(Dice dice, int index, int clients) {
        boolean last = index > 0;
        boolean simultaneous = dice.chance(0.1);
        boolean aborted = last && dice.chance(0.15);
        long upKey = dice.between(0L, Long.MAX_VALUE - 1);
        PeerPlan client;
        PeerPlan server;
        if (dice.chance(0.2)) {
            int request = (int) dice.logBetween(400, 40_000);
            int response = (int) dice.logBetween(request / 4, request * 4L);
            int count = LEAST_BYTES / Math.min(request, response) + 1;
            client = PeerPlan.client(upKey, request, response, count);
            server = PeerPlan.server(upKey, request, response, count);
        } else {
            long up = dice.logBetween(LEAST_BYTES, 6 * LEAST_BYTES);
            long down = dice.logBetween(LEAST_BYTES, 6 * LEAST_BYTES);
            client = PeerPlan.of(upKey, up, ~upKey, down);
            server = PeerPlan.of(~upKey, down, upKey, up);
        }
        client = client.withPace(pace(dice), pace(dice)).withFinish(finish(dice));
        server = server.withPace(pace(dice), pace(dice)).withFinish(finish(dice));
        if (client.finish() == Finish.SHUTDOWN_AFTER_PEER && server.finish() == Finish.SHUTDOWN_AFTER_PEER) {
            server = server.withFinish(Finish.SHUTDOWN_WHEN_WRITTEN);
        }
        server = swiftFor(client, server);
        client = swiftFor(server, client);
        if (aborted) {
            boolean byClient = dice.chance(0.5);
            long after = dice.between(0L, (byClient ? client : server).inBytes());
            client = byClient ? client.aborting(after).tolerant() : client.tolerant();
            server = byClient ? server.tolerant() : server.aborting(after).tolerant();
        }
        long startNs = dice.chance(0.5) ? 0 : dice.between(0L, 3 * SECOND);
        return new Connection(
                dice.between(0, clients - 1),
                startNs,
                simultaneous,
                !simultaneous && dice.chance(0.15),
                smallSegment(dice),
                dice.chance(0.5),
                aborted || dice.chance(0.3),
                client,
                server);
    }

    /** Who has closed waits for the peer's FIN only so long ({@code Knob.FIN_WAIT_2_MS}): it must have read everything by then. */
    private static PeerPlan swiftFor(PeerPlan closer, PeerPlan peer) {
        return closer.finish() == Finish.CLOSE_WHEN_DONE
                ? peer.withPace(peer.writing(), peer.reading().within(peer.inBytes(), MOST_READING_NS))
                : peer;
    }

    private static Pace pace(Dice dice) {
        if (dice.chance(0.4)) {
            return Pace.FULL;
        }
        int least = (int) dice.logBetween(1, 3_000);
        int most = (int) dice.logBetween(Math.max(least, 500), 70_000);
        return new Pace(least, most, dice.chance(0.5) ? 0 : 0.1, dice.logBetween(MS / 10, 4 * SECOND));
    }

    private static Finish finish(Dice dice) {
        return dice.pick(new Finish[] {
            Finish.SHUTDOWN_WHEN_WRITTEN,
            Finish.SHUTDOWN_WHEN_WRITTEN,
            Finish.SHUTDOWN_AFTER_PEER,
            Finish.CLOSE_WHEN_DONE
        });
    }
}
