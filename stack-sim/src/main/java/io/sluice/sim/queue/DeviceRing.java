package io.sluice.sim.queue;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A discipline in front of a device that holds some packets of its own, as every driver's ring does: what has gone over to the
 * device waits in order, and the discipline neither sees nor drops it any more.
 */
public final class DeviceRing implements QueueDiscipline {
    private final QueueDiscipline discipline;
    private final int room;
    private final ArrayDeque<QueuedPacket> ring = new ArrayDeque<>();
    private int ringBytes;

    /** @param room packets that the device holds, besides the one that it sends */
    public DeviceRing(QueueDiscipline discipline, int room) {
        this.discipline = discipline;
        this.room = room;
    }

    @Override
    public boolean enqueue(QueuedPacket packet, long nowNs, Drops drops) {
        boolean taken = discipline.enqueue(packet, nowNs, drops);
        fill(nowNs, drops);
        return taken;
    }

    private void fill(long nowNs, Drops drops) {
        while (ring.size() < room) {
            QueuedPacket next = discipline.dequeue(nowNs, drops);
            if (next == null) {
                return;
            }
            ring.add(next);
            ringBytes += next.length();
        }
    }

    @Override
    public @Nullable QueuedPacket dequeue(long nowNs, Drops drops) {
        fill(nowNs, drops);
        QueuedPacket head = ring.poll();
        if (head != null) {
            ringBytes -= head.length();
            fill(nowNs, drops);
        }
        return head;
    }

    @Override
    public int packets() {
        return discipline.packets() + ring.size();
    }

    @Override
    public int bytes() {
        return discipline.bytes() + ringBytes;
    }

    @Override
    public long marked() {
        return discipline.marked();
    }
}
