package io.sluice.udp;

import io.netty.buffer.ByteBuf;
import io.sluice.buffer.MemoryAccount;
import io.sluice.buffer.Payload;
import io.sluice.event.Counter;
import io.sluice.link.EmitResult;
import io.sluice.link.Path;
import io.sluice.link.TransmitRing;
import io.sluice.link.Transmittable.Outcome;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Datagrams that were accepted and wait for their links, in order; limited by the memory that they pin. */
final class UdpSendQueue {
    private final UdpLayer udp;
    private final UdpSocketOptions options;
    private final MemoryAccount memory;
    private @Nullable ArrayDeque<Outgoing> queue;
    private boolean refused;

    UdpSendQueue(UdpLayer udp, UdpSocketOptions options) {
        this.udp = udp;
        this.options = options;
        memory = new MemoryAccount(udp.memory, options.sendLimitBytes);
    }

    boolean isEmpty() {
        return queue == null || queue.isEmpty();
    }

    /** Whether a small datagram would be accepted. */
    boolean hasRoom() {
        return memory.usedBytes() < options.sendLimitBytes;
    }

    /** Whether there is room after somebody was refused; asked once, as then somebody is told. */
    boolean hasNewRoom() {
        if (refused && memory.usedBytes() <= options.sendLimitBytes / 2) {
            refused = false;
            return true;
        }
        return false;
    }

    /** Takes the payload over, or returns false. A datagram alone is taken however large it is. */
    boolean add(Outgoing o, ByteBuf payload) {
        memory.limitBytes(Math.max(options.sendLimitBytes, memory.usedBytes() == 0 ? Integer.MAX_VALUE : 0));
        boolean stable = isStable(payload);
        int charge = UdpReceiveQueue.OVERHEAD_BYTES + (stable ? Payload.pinnedBy(payload) : payload.readableBytes());
        if (!memory.tryCharge(charge)) {
            refused = true;
            return false;
        }
        o.chargedBytes = charge;
        o.payload = stable ? payload : copy(payload);
        append(o);
        return true;
    }

    private void append(Outgoing o) {
        ArrayDeque<Outgoing> q = queue;
        if (q == null) {
            q = new ArrayDeque<>();
            queue = q;
        }
        q.add(o);
    }

    /** Whether all datagrams that take {@code bytes} together would be accepted, for {@link #addReserved}. */
    boolean reserve(int bytes) {
        memory.limitBytes(Math.max(options.sendLimitBytes, memory.usedBytes() == 0 ? Integer.MAX_VALUE : 0));
        if (memory.availableBytes() < bytes) {
            refused = true;
            return false;
        }
        return true;
    }

    /** Takes over a payload that is this stack's own, and for which there is room. */
    void addReserved(Outgoing o, ByteBuf payload) {
        o.chargedBytes = UdpReceiveQueue.OVERHEAD_BYTES + Payload.pinnedBy(payload);
        memory.charge(o.chargedBytes);
        o.payload = payload;
        append(o);
    }

    /** Whether the octets are in one piece, where a device can read them, and will stay as they are. */
    private static boolean isStable(ByteBuf payload) {
        return payload.isDirect()
                && payload.nioBufferCount() == 1
                && (Payload.isHeldOnce(payload) || payload.isReadOnly());
    }

    private ByteBuf copy(ByteBuf payload) {
        int length = payload.readableBytes();
        ByteBuf copy = udp.allocator.directBuffer(length, length);
        copy.writeBytes(payload, payload.readerIndex(), length);
        udp.counters.add(Counter.SEND_BYTES_COPIED, length);
        payload.release();
        return copy;
    }

    Outcome transmit(TransmitRing out, int budgetBytes, long nowNs) {
        int sentBytes = 0;
        for (Outgoing o = peek(); o != null; o = peek()) {
            Path path = o.path;
            ByteBuf payload = o.payload;
            if (sentBytes >= budgetBytes) {
                return Outcome.MORE;
            }
            if (path != null && payload != null) {
                if (udp.output.emit(o, path, payload, out, nowNs) == EmitResult.BUSY) {
                    return Outcome.BLOCKED;
                }
                sentBytes += payload.readableBytes() + path.headerLength();
            }
            removeHead();
        }
        return Outcome.DONE;
    }

    private @Nullable Outgoing peek() {
        return queue == null ? null : queue.peek();
    }

    private void removeHead() {
        Outgoing o = queue == null ? null : queue.poll();
        if (o != null) {
            memory.release(o.chargedBytes);
            o.release();
            udp.giveBack(o);
        }
    }

    void clear() {
        while (peek() != null) {
            removeHead();
        }
    }
}
