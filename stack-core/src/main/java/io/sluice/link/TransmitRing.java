package io.sluice.link;

import io.netty.buffer.ByteBuf;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Everything of a host that wants to leave: first the control packets (built, bounded), then a deficit round robin over
 * the sockets that are ready to send (Shreedhar and Varghese 1995). Nothing is queued built except control packets:
 * pulling is the small queue.
 */
public final class TransmitRing {
    /** What a socket may send in one visit: one super-segment. */
    private static final int QUANTUM_BYTES = 64 * 1024;

    /** What a control packet may have on average. */
    private static final int CONTROL_PACKET_BYTES = 2048;

    private final ArrayDeque<Control> control = new ArrayDeque<>();
    private final ArrayDeque<Control> spareControl = new ArrayDeque<>();
    private final ArrayDeque<Transmittable> ready = new ArrayDeque<>();
    private final ArrayDeque<Transmittable> blocked = new ArrayDeque<>();
    /** Sockets that were blocked after they had sent something: behind those that could not. */
    private final ArrayDeque<Transmittable> blockedLast = new ArrayDeque<>();

    private final OutboundPacket packet = new OutboundPacket();
    private final OutboundPacket controlPacket = new OutboundPacket();
    private final Counters counters;
    private final int maxControlPackets;
    private final long maxControlBytes;
    /** Links that were busy in this run: not asked again before the next. */
    private final ArrayList<Link> busyLinks = new ArrayList<>();

    private @Nullable Link lastBusy;
    private long controlBytes;
    private boolean controlAdded;
    private int sentBytes;
    private boolean stalled;

    /** A control packet: built, whole, in one buffer. */
    private static final class Control {
        @Nullable Link link;

        @Nullable ByteBuf bytes;

        int transportOffset;
        int protocol;
        boolean ipv6;
        int partialChecksumOffset;
    }

    public TransmitRing(Counters counters, int maxControlPackets) {
        this.counters = counters;
        this.maxControlPackets = maxControlPackets;
        maxControlBytes = (long) maxControlPackets * CONTROL_PACKET_BYTES;
    }

    /** The packet that sockets build in; reset by {@link #begin()}. */
    public OutboundPacket begin() {
        return packet.reset();
    }

    /** Puts the socket into the ring, if it is not there. */
    public void add(Transmittable socket) {
        if (socket.visited) {
            socket.again = true;
        } else if (!socket.inRing) {
            socket.inRing = true;
            ready.add(socket);
            stalled = false;
        }
    }

    /**
     * Queues a whole packet that answers something: a RST, a SYN-ACK, an ICMP message, an acknowledgment. Takes
     * ownership of {@code bytes}.
     *
     * @return false if the queue is full and the packet was discarded
     */
    public boolean control(Link link, ByteBuf bytes) {
        return enqueue(link, bytes) != null;
    }

    /**
     * As {@link #control(Link, ByteBuf)}, for a packet whose transport checksum the link has to complete.
     *
     * @param described says where its transport header is
     */
    public boolean control(Link link, ByteBuf bytes, OutboundPacket described) {
        Control c = enqueue(link, bytes);
        if (c != null && described.checksumPartial()) {
            c.transportOffset = described.transportOffset();
            c.protocol = described.protocol();
            c.ipv6 = described.ipv6();
            c.partialChecksumOffset = described.checksumOffset();
        }
        return c != null;
    }

    private @Nullable Control enqueue(Link link, ByteBuf bytes) {
        int length = bytes.readableBytes();
        if (control.size() >= maxControlPackets || controlBytes + length > maxControlBytes) {
            counters.increment(Counter.CONTROL_QUEUE_FULL);
            bytes.release();
            return null;
        }
        Control c = spareControl.poll();
        if (c == null) {
            c = new Control();
        }
        c.link = link;
        c.bytes = bytes;
        c.partialChecksumOffset = 0;
        control.add(c);
        controlAdded = true;
        controlBytes += length;
        stalled = false;
        return c;
    }

    /** Hands a packet to its link and counts it. A link that was busy once in a run is not asked again in that run. */
    public EmitResult emit(Link link, OutboundPacket outbound, long nowNs) {
        if (isBusy(link)) {
            lastBusy = link;
            return EmitResult.BUSY;
        }
        EmitResult result = link.emit(outbound, nowNs);
        switch (result) {
            case SENT -> {
                counters.add(Counter.PACKETS_OUT, outbound.segments());
                counters.add(Counter.BYTES_OUT, outbound.totalLength());
                sentBytes += outbound.totalLength();
            }
            case BUSY -> {
                counters.increment(Counter.LINK_BUSY);
                busyLinks.add(link);
                lastBusy = link;
            }
            case DROPPED -> counters.increment(Counter.LINK_DROPPED);
        }
        return result;
    }

    private boolean isBusy(@Nullable Link link) {
        for (int i = 0; i < busyLinks.size(); i++) {
            if (busyLinks.get(i) == link) {
                return true;
            }
        }
        return false;
    }

    /** Whether something waits that a link might take. */
    public boolean hasWork() {
        return !control.isEmpty() || !ready.isEmpty() || !blocked.isEmpty() || !blockedLast.isEmpty();
    }

    /**
     * Whether {@link #run} left something because a link was busy, and nothing was added since: to be called again when the
     * link can take more.
     */
    public boolean isStalled() {
        return stalled;
    }

    /**
     * Sends until the budget is used up, nothing is left, or every link is busy.
     *
     * @return true if more could go now
     */
    public boolean run(int budgetBytes, long nowNs) {
        boolean more = sendAll(budgetBytes, nowNs);
        stalled = !more && hasWork();
        return more;
    }

    private boolean sendAll(int budgetBytes, long nowNs) {
        sentBytes = 0;
        busyLinks.clear();
        sendControl(nowNs);
        for (Transmittable waiting = blocked.pollLast(); waiting != null; waiting = blocked.pollLast()) {
            ready.addFirst(waiting); // before those that have come since
        }
        for (Transmittable waiting = blockedLast.poll(); waiting != null; waiting = blockedLast.poll()) {
            ready.add(waiting);
        }
        while (sentBytes < budgetBytes) {
            Transmittable socket = ready.poll();
            if (socket == null) {
                break;
            }
            visit(socket, nowNs);
            sendAddedControl(
                    nowNs); // what the socket has caused, such as a question about its neighbour: before more data
        }
        sendAddedControl(nowNs);
        busyLinks.clear();
        return !ready.isEmpty() || controlAdded;
    }

    private void sendAddedControl(long nowNs) {
        if (controlAdded) {
            sendControl(nowNs);
        }
    }

    private void visit(Transmittable socket, long nowNs) {
        if (isBusy(socket.blockedOn)) {
            blocked.add(socket);
            return;
        }
        int before = sentBytes;
        int deficit = socket.deficitBytes + QUANTUM_BYTES;
        socket.blockedOn = null;
        socket.again = false;
        socket.visited = true;
        Transmittable.Outcome outcome = socket.transmit(this, deficit, nowNs);
        socket.visited = false;
        socket.inRing = false;
        switch (outcome) {
            case DONE -> {
                socket.deficitBytes = 0;
                if (socket.again) {
                    add(socket);
                }
            }
            case MORE -> {
                socket.deficitBytes = deficit - (sentBytes - before);
                add(socket);
            }
            case BLOCKED -> {
                socket.deficitBytes = 0; // what it was not given here it cannot save up
                socket.blockedOn = lastBusy;
                socket.inRing = true;
                (sentBytes == before ? blocked : blockedLast).add(socket);
            }
        }
    }

    /** Offers each control packet to its link; those of a busy link stay, in their order. */
    private void sendControl(long nowNs) {
        controlAdded = false;
        for (int n = control.size(); n > 0; n--) {
            Control c = control.remove();
            if (send(c, nowNs) == EmitResult.BUSY) {
                control.add(c);
            } else {
                letGo(c);
            }
        }
    }

    private EmitResult send(Control c, long nowNs) {
        Link link = c.link;
        ByteBuf bytes = c.bytes;
        if (link == null || bytes == null) {
            return EmitResult.DROPPED;
        }
        controlPacket.reset().addSlice(bytes, bytes.readerIndex(), bytes.readableBytes());
        if (c.partialChecksumOffset != 0) {
            controlPacket.header(0, c.transportOffset, c.protocol, c.ipv6).checksumPartial(c.partialChecksumOffset);
        }
        return emit(link, controlPacket, nowNs);
    }

    private void letGo(Control c) {
        if (c.bytes != null) {
            controlBytes -= c.bytes.readableBytes();
            c.bytes.release();
        }
        c.link = null;
        c.bytes = null;
        spareControl.add(c);
    }

    /** Drops everything that waits: the host is closing. */
    public void clear() {
        for (Control c = control.poll(); c != null; c = control.poll()) {
            letGo(c);
        }
        ready.forEach(TransmitRing::forget);
        blocked.forEach(TransmitRing::forget);
        blockedLast.forEach(TransmitRing::forget);
        ready.clear();
        blocked.clear();
        blockedLast.clear();
    }

    private static void forget(Transmittable socket) {
        socket.inRing = false;
        socket.blockedOn = null;
    }
}
