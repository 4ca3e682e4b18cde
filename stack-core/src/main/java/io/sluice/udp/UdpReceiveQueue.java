package io.sluice.udp;

import io.netty.buffer.ByteBuf;
import io.sluice.buffer.MemoryAccount;
import io.sluice.buffer.Payload;
import io.sluice.ip.IpDatagram;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Datagrams that wait for the reader, limited by the memory that they pin. */
final class UdpReceiveQueue {
    /** What a queued datagram costs beside its payload, so that empty ones are not free. */
    static final int OVERHEAD_BYTES = 128;

    private final UdpLayer udp;
    private final UdpSocketOptions options;
    private final MemoryAccount memory;
    private @Nullable ArrayDeque<UdpDatagram> queue;

    UdpReceiveQueue(UdpLayer udp, UdpSocketOptions options) {
        this.udp = udp;
        this.options = options;
        memory = new MemoryAccount(udp.memory, options.receiveLimitBytes);
    }

    boolean isEmpty() {
        return queue == null || queue.isEmpty();
    }

    /** Keeps {@code length} octets of {@code buffer} from {@code index} on; false if there is no room. */
    boolean add(
            IpDatagram d, int sourcePort, ByteBuf buffer, int index, int length, @Nullable ReceivedOptions received) {
        memory.limitBytes(options.receiveLimitBytes);
        if (memory.availableBytes() < OVERHEAD_BYTES + length) {
            return false; // before anything is copied
        }
        ByteBuf payload = udp.payloads.keep(buffer, index, length);
        int charge = OVERHEAD_BYTES + Payload.pinnedBy(payload);
        if (!memory.tryCharge(charge)) {
            payload.release();
            return false;
        }
        UdpDatagram datagram = udp.takeDatagram();
        datagram.describe(d, sourcePort);
        datagram.payload(payload);
        datagram.options(received);
        datagram.chargedBytes = charge;
        ArrayDeque<UdpDatagram> q = queue;
        if (q == null) {
            q = new ArrayDeque<>();
            queue = q;
        }
        q.add(datagram);
        return true;
    }

    boolean poll(UdpDatagram into) {
        UdpDatagram head = next();
        if (head == null) {
            return false;
        }
        memory.release(head.chargedBytes);
        into.moveFrom(head);
        udp.giveBack(head);
        return true;
    }

    boolean peek(UdpDatagram into) {
        UdpDatagram head = queue == null ? null : queue.peek();
        if (head == null) {
            return false;
        }
        into.copyFrom(head);
        return true;
    }

    void clear() {
        for (UdpDatagram d = next(); d != null; d = next()) {
            memory.release(d.chargedBytes);
            d.release();
            udp.giveBack(d);
        }
    }

    private @Nullable UdpDatagram next() {
        return queue == null ? null : queue.poll();
    }
}
