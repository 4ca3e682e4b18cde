package io.sluice.sim.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;

/** Drives a queue before a wire: packets come as a test says, and one leaves each millisecond (12 Mbit/s), or as often as it says. */
final class Load {
    static final int OCTETS = 1500;
    static final long PACKET_NS = 1_000_000;

    /** A packet that is nothing but its length, its flow and its ECN field. */
    static final class Packet implements QueuedPacket {
        final int flow;
        int ecn;
        long enqueuedNs;

        Packet(int flow, int ecn) {
            this.flow = flow;
            this.ecn = ecn;
        }

        @Override
        public int length() {
            return OCTETS;
        }

        @Override
        public long enqueuedNs() {
            return enqueuedNs;
        }

        @Override
        public void enqueuedNs(long nowNs) {
            enqueuedNs = nowNs;
        }

        @Override
        public int ecn() {
            return ecn;
        }

        @Override
        public void mark() {
            ecn = 3;
        }

        @Override
        public int flowHash() {
            return flow;
        }
    }

    final QueueDiscipline queue;
    final List<Packet> out = new ArrayList<>();
    private final long packetNs;
    final int[] sent = new int[4];
    final int[] gone = new int[4];
    long lastWaitNs;
    int dropped;
    long nowNs;

    Load(QueueDiscipline queue) {
        this(queue, PACKET_NS);
    }

    /** @param packetNs how long a packet takes to leave */
    Load(QueueDiscipline queue, long packetNs) {
        this.queue = queue;
        this.packetNs = packetNs;
    }

    void offer(int flow, int ecn) {
        Packet p = new Packet(flow, ecn);
        sent[flow]++;
        if (!queue.enqueue(p, nowNs, this::onDrop)) {
            onDrop(p);
        }
    }

    private void onDrop(QueuedPacket p) {
        dropped++;
        gone[((Packet) p).flow]++;
    }

    void serve() {
        nowNs += packetNs;
        QueuedPacket p = queue.dequeue(nowNs, this::onDrop);
        if (p != null) {
            lastWaitNs = nowNs - p.enqueuedNs();
            out.add((Packet) p);
        }
    }

    void checkNothingIsLost() {
        int all = sent[0] + sent[1] + sent[2] + sent[3];
        assertEquals(all, out.size() + dropped + queue.packets());
        assertEquals(queue.packets() * OCTETS, queue.bytes());
    }
}
