package io.sluice.sim.queue;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Flow queueing with CoDel (RFC 8290): a queue for each flow, served in turn, new flows first. */
public final class FqCoDel implements QueueDiscipline {
    /** RFC 8290 §5.2.4. */
    public static final int FLOWS = 1024;

    /** RFC 8290 §5.2.3: one Ethernet frame. */
    private static final int QUANTUM = 1514;

    private final Flow[] flows = new Flow[FLOWS];
    private final ArrayDeque<Flow> newFlows = new ArrayDeque<>();
    private final ArrayDeque<Flow> oldFlows = new ArrayDeque<>();
    private final int maxPackets;
    private int packets;
    private int bytes;

    private static final class Flow {
        final Fifo fifo = new Fifo();
        final CoDelControl control;
        int credit;
        boolean listed;

        Flow(CoDelControl control) {
            this.control = control;
        }
    }

    /**
     * A queue with the recommended target and interval.
     *
     * @param maxPackets what fits: RFC 8290 §5.2.1 recommends 10240
     * @param ecn whether ECN-capable packets are marked instead of dropped
     */
    public FqCoDel(int maxPackets, boolean ecn) {
        this.maxPackets = maxPackets;
        for (int i = 0; i < FLOWS; i++) {
            flows[i] = new Flow(new CoDelControl(CoDel.TARGET_NS, CoDel.INTERVAL_NS, ecn));
        }
    }

    @Override
    public boolean enqueue(QueuedPacket packet, long nowNs, Drops drops) {
        Flow flow = flows[Math.floorMod(packet.flowHash(), FLOWS)];
        flow.fifo.add(packet, nowNs);
        packets++;
        bytes += packet.length();
        if (!flow.listed) { // RFC 8290 §4.1.2
            flow.listed = true;
            flow.credit = QUANTUM;
            newFlows.add(flow);
        }
        if (packets > maxPackets) {
            dropFromFattest(drops);
        }
        return true;
    }

    /** RFC 8290 §4.1.3: the head of the flow that holds most octets. */
    private void dropFromFattest(Drops drops) {
        Flow fattest = flows[0];
        for (Flow flow : flows) {
            fattest = flow.fifo.bytes() > fattest.fifo.bytes() ? flow : fattest;
        }
        QueuedPacket dropped = fattest.fifo.poll();
        if (dropped != null) {
            count(dropped);
            drops.dropped(dropped);
        }
    }

    private void count(QueuedPacket gone) {
        packets--;
        bytes -= gone.length();
    }

    /** RFC 8290 §4.2. */
    @Override
    public @Nullable QueuedPacket dequeue(long nowNs, Drops drops) {
        Drops counted = packet -> {
            count(packet);
            drops.dropped(packet);
        };
        while (true) {
            boolean isNew = !newFlows.isEmpty();
            Flow flow = isNew ? newFlows.peek() : oldFlows.peek();
            if (flow == null) {
                return null;
            }
            if (flow.credit <= 0) {
                flow.credit += QUANTUM;
                moveToOld(flow, isNew);
                continue;
            }
            QueuedPacket packet = flow.control.dequeue(flow.fifo, nowNs, counted);
            if (packet != null) {
                flow.credit -= packet.length();
                count(packet);
                return packet;
            }
            if (isNew && !oldFlows.isEmpty()) {
                moveToOld(flow, true); // it has to wait its turn, so that it cannot always be a new one
            } else {
                (isNew ? newFlows : oldFlows).remove();
                flow.listed = false;
            }
        }
    }

    private void moveToOld(Flow flow, boolean isNew) {
        (isNew ? newFlows : oldFlows).remove();
        oldFlows.add(flow);
    }

    @Override
    public int packets() {
        return packets;
    }

    @Override
    public int bytes() {
        return bytes;
    }

    @Override
    public long marked() {
        long sum = 0;
        for (Flow flow : flows) {
            sum += flow.control.marked();
        }
        return sum;
    }
}
