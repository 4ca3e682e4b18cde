package io.sluice.sim;

import io.sluice.sim.queue.QueueDiscipline;
import io.sluice.sim.queue.QueuedPacket;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a wire: a queue, a sender with a rate, faults, and a propagation delay. What it did to packets is
 * counted; at any time {@code sent + duplicated = delivered + dropped + inside}.
 */
public final class Pipe implements PacketSink {
    private final String from;
    private final String to;
    private final int number;
    private final PipeConfig config;
    private final EventQueue events;
    private final Captures captures;
    private final Faults faults;
    private final QueueDiscipline queue;
    private final QueueDiscipline.Drops queueDrops = this::onQueueDrop;
    private final LinkRate.Clock clock;
    private final Policer policer;
    private final AckFilter ackFilter;
    private final PacketSink arrivals = this::arrive;
    private final Event wireIdle = new Event() {
        @Override
        void fire(long nowNs) {
            onWireIdle(nowNs);
        }
    };
    private PacketSink destination = PacketSink.NOWHERE;
    private PacketFilter filter = PacketFilter.ALL;
    private int destinationMtu = Integer.MAX_VALUE;
    private @Nullable SimPacket onWire;
    private long queueNowNs;
    private long idleAtNs;
    private long lastArrivalNs;
    private int inside;
    private long sent;
    private long delivered;
    private long deliveredBytes;
    private long duplicated;
    private long reordered;
    private long corrupted;
    private long marked;
    private final long[] dropped = new long[Fate.values().length];

    Pipe(String from, String to, int number, PipeConfig config, SimContext context, long startNs) {
        this.from = from;
        this.to = to;
        this.number = number;
        this.config = config;
        this.events = context.events();
        this.captures = context.captures();
        this.faults = new Faults(config, context.random(), name());
        this.queue = config.queue().create(context.random().stream(name() + " queue"));
        this.clock = config.rate().start(startNs);
        this.policer = new Policer(config.policer(), startNs);
        this.ackFilter = new AckFilter(config.keepOneAckOf());
    }

    /** Where packets come out. */
    void destination(PacketSink newDestination, int mtu) {
        destination = newDestination;
        destinationMtu = mtu;
    }

    /** The link that sends. */
    public String from() {
        return from;
    }

    /** The link at the other end. */
    public String to() {
        return to;
    }

    /** From which link to which: {@code a0>b0}. */
    public String name() {
        return from + ">" + to;
    }

    /** The place among all pipes of the simulation, from 0. */
    public int number() {
        return number;
    }

    public PipeConfig config() {
        return config;
    }

    /** Lets a test decide which packets pass; asked once for each that was sent, before the queue. */
    public void filter(PacketFilter newFilter) {
        filter = newFilter;
    }

    @Override
    public void accept(SimPacket packet, long nowNs) {
        offer(packet, nowNs);
    }

    /** As {@link #accept}; false if the packet was dropped at once because the queue is full. */
    boolean offer(SimPacket packet, long nowNs) {
        sent++;
        inside++;
        captures.sent(this, packet.bytes(), nowNs);
        if (!filter.passes(packet.bytes(), nowNs)) {
            drop(packet, Fate.FILTERED, nowNs);
            return true;
        }
        if (!policer.passes(packet.length(), nowNs)) {
            drop(packet, Fate.POLICED, nowNs);
            return true;
        }
        if (!ackFilter.passes(packet.bytes())) {
            drop(packet, Fate.THINNED, nowNs);
            return true;
        }
        long mean = config.rate().meanBitsPerSecond();
        if (mean == 0) {
            propagate(packet, nowNs);
            return true;
        }
        long serializationNs = packet.length() * 8_000_000_000L / mean;
        if (onWire == null) {
            transmit(packet, nowNs);
        } else if (!enqueue(packet, nowNs)) {
            drop(packet, Fate.QUEUE_FULL, nowNs);
            return false;
        }
        idleAtNs = Math.max(idleAtNs, nowNs) + serializationNs;
        return true;
    }

    private boolean enqueue(SimPacket packet, long nowNs) {
        queueNowNs = nowNs;
        return queue.enqueue(packet, nowNs, queueDrops);
    }

    private void onQueueDrop(QueuedPacket packet) {
        drop((SimPacket) packet, Fate.QUEUE_MANAGED, queueNowNs);
    }

    /** When everything that was sent so far will have left, at the mean rate: now or earlier if nothing waits. */
    long idleAtNs() {
        return idleAtNs;
    }

    private void transmit(SimPacket packet, long nowNs) {
        onWire = packet;
        events.schedule(wireIdle, clock.departureNs(nowNs, packet.length()));
    }

    private void onWireIdle(long nowNs) {
        SimPacket packet = onWire;
        onWire = null;
        if (packet != null) {
            propagate(packet, nowNs);
        }
        queueNowNs = nowNs;
        QueuedPacket next = queue.dequeue(nowNs, queueDrops);
        if (next != null) {
            transmit((SimPacket) next, nowNs);
        }
    }

    /** The packet has left the sender: what happens to it on the way. */
    private void propagate(SimPacket packet, long nowNs) {
        if (faults.loses(packet.bytes(), nowNs)) {
            drop(packet, Fate.LOST, nowNs);
            return;
        }
        long arrivalNs = nowNs + config.delayNs() + faults.jitterNs();
        arrivalNs = Math.max(arrivalNs, lastArrivalNs); // jitter alone does not change the order
        long aggregation = config.aggregationNs();
        if (aggregation > 0) {
            arrivalNs = (arrivalNs + aggregation - 1) / aggregation * aggregation;
        }
        if (faults.reorders()) {
            reordered++;
            arrivalNs += faults.holdBackNs();
        } else {
            lastArrivalNs = arrivalNs;
        }
        marked += faults.marks(packet.bytes()) ? 1 : 0;
        if (faults.duplicates()) {
            duplicated++;
            inside++;
            packet.copy().travel(events, arrivals, arrivalNs + faults.copyDelayNs());
        }
        if (faults.corrupts()) {
            corrupted++;
            faults.corrupt(packet.bytes());
        }
        packet.travel(events, arrivals, arrivalNs);
    }

    private void arrive(SimPacket packet, long nowNs) {
        if (packet.length() > destinationMtu && packet.segments() == 1) {
            drop(packet, Fate.TOO_BIG, nowNs);
            return;
        }
        inside--;
        delivered++;
        deliveredBytes += packet.length();
        captures.delivered(this, packet.bytes(), nowNs);
        destination.accept(packet, nowNs);
    }

    @SuppressWarnings("EnumOrdinal") // an index into a dense array, never stored or sent
    private void drop(SimPacket packet, Fate fate, long nowNs) {
        inside--;
        dropped[fate.ordinal()]++;
        captures.dropped(this, packet.bytes(), fate, nowNs);
        packet.release();
    }

    /** Ends everything that waits here; packets on their way are in the event queue, and end with it. */
    void clear() {
        events.cancel(wireIdle);
        SimPacket packet = onWire;
        onWire = null;
        for (; packet != null; packet = (SimPacket) queue.dequeue(idleAtNs, queueDrops)) {
            packet.release();
        }
    }

    /** Packets put in. */
    public long sent() {
        return sent;
    }

    /** Packets that came out, second copies included. */
    public long delivered() {
        return delivered;
    }

    /** Octets that came out, second copies included. */
    public long deliveredBytes() {
        return deliveredBytes;
    }

    /** Second copies made. */
    public long duplicated() {
        return duplicated;
    }

    /** Packets held back. */
    public long reordered() {
        return reordered;
    }

    /** Packets with bits flipped. */
    public long corrupted() {
        return corrupted;
    }

    /** Packets that ended so. */
    @SuppressWarnings("EnumOrdinal")
    public long dropped(Fate fate) {
        return dropped[fate.ordinal()];
    }

    /** Packets that ended here, for whatever reason. */
    public long dropped() {
        long sum = 0;
        for (long n : dropped) {
            sum += n;
        }
        return sum;
    }

    /** Packets that are in the queue or on their way. */
    public int inside() {
        return inside;
    }

    /** Packets that wait to be sent. */
    public int queuedPackets() {
        return queue.packets();
    }

    /** Octets that wait to be sent. */
    public int queuedBytes() {
        return queue.bytes();
    }

    /** Packets that were marked (CE), in the queue or on the wire. */
    public long marked() {
        return queue.marked() + marked;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s sent %d delivered %d lost %d queue full %d duplicated %d reordered %d corrupted %d marked %d inside %d",
                name(),
                sent,
                delivered,
                dropped(Fate.LOST),
                dropped(Fate.QUEUE_FULL),
                duplicated,
                reordered,
                corrupted,
                marked(),
                inside);
    }
}
