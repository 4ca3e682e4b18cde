package io.sluice.sim.queue;

import org.jspecify.annotations.Nullable;

/** The control law of CoDel (RFC 8289 §5) over one first-in-first-out queue. */
final class CoDelControl {
    /** RFC 8289 §4.4: below one packet of that size there is no standing queue. */
    private static final int MAX_PACKET = 1514;

    private final long targetNs;
    private final long intervalNs;
    private final boolean ecn;
    private long firstAboveNs;
    private long dropNextNs;
    private int count;
    private int lastCount;
    private boolean dropping;
    private boolean okToDrop;
    private long marked;

    CoDelControl(long targetNs, long intervalNs, boolean ecn) {
        this.targetNs = targetNs;
        this.intervalNs = intervalNs;
        this.ecn = ecn;
    }

    /** RFC 8289 §5.5, deque(). */
    @Nullable QueuedPacket dequeue(Fifo fifo, long nowNs, QueueDiscipline.Drops drops) {
        QueuedPacket packet = doDequeue(fifo, nowNs);
        if (dropping) {
            if (!okToDrop) {
                dropping = false; // the sojourn time fell below the target
            }
            while (packet != null && dropping && nowNs >= dropNextNs) {
                count++;
                if (marks(packet)) {
                    dropNextNs = controlLaw(dropNextNs);
                    return packet;
                }
                drops.dropped(packet);
                packet = doDequeue(fifo, nowNs);
                if (okToDrop) {
                    dropNextNs = controlLaw(dropNextNs);
                } else {
                    dropping = false;
                }
            }
            return packet;
        }
        return packet != null && okToDrop ? startDropping(packet, fifo, nowNs, drops) : packet;
    }

    private @Nullable QueuedPacket startDropping(
            QueuedPacket packet, Fifo fifo, long nowNs, QueueDiscipline.Drops drops) {
        QueuedPacket next = packet;
        if (!marks(packet)) {
            drops.dropped(packet);
            next = doDequeue(fifo, nowNs);
        }
        dropping = true;
        // RFC 8289 §5.4: if it was dropping until lately, go on near the rate that controlled the queue then
        int delta = count - lastCount;
        count = delta > 1 && nowNs - dropNextNs < 16 * intervalNs ? delta : 1;
        dropNextNs = controlLaw(nowNs);
        lastCount = count;
        return next;
    }

    /** RFC 8289 §5.6, dodequeue(). */
    private @Nullable QueuedPacket doDequeue(Fifo fifo, long nowNs) {
        okToDrop = false;
        QueuedPacket packet = fifo.poll();
        if (packet == null) {
            firstAboveNs = 0;
            return null;
        }
        long sojournNs = nowNs - packet.enqueuedNs();
        if (sojournNs < targetNs || fifo.bytes() <= MAX_PACKET) {
            firstAboveNs = 0;
        } else if (firstAboveNs == 0) {
            firstAboveNs = nowNs + intervalNs;
        } else {
            okToDrop = nowNs >= firstAboveNs;
        }
        return packet;
    }

    private boolean marks(QueuedPacket packet) {
        if (!ecn || !packet.isEcnCapable()) {
            return false;
        }
        packet.mark();
        marked++;
        return true;
    }

    private long controlLaw(long fromNs) {
        return fromNs + (long) (intervalNs / StrictMath.sqrt(count));
    }

    long marked() {
        return marked;
    }
}
