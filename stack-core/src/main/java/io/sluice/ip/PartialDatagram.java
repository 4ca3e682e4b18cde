package io.sluice.ip;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sluice.event.DropReason;
import io.sluice.link.PacketMeta;
import io.sluice.time.TimerNode;
import io.sluice.wire.Ipv6FragmentHeader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The fragments of one datagram that have come so far: copies, in the order of their place in it. Knows which fragments
 * fit together; what that means for the datagram, {@link Reassembly} decides.
 */
final class PartialDatagram extends TimerNode {
    /** How a fragment goes with those that are here. */
    enum Fit {
        NEW,
        /** The same octets at the same place once more. */
        DUPLICATE,
        /** Some octets are here already (RFC 5722). */
        OVERLAP,
        /** Beyond the end, or a second end elsewhere. */
        CONTRADICTION
    }

    private static final int INITIAL_FRAGMENTS = 4;
    private static final int UNKNOWN = -1;
    private static final int ECN_CE = 3;

    final boolean ipv6;
    final long sourceHi;
    final long sourceLo;
    final long destinationHi;
    final long destinationLo;
    final int identification;
    final int protocol;

    @Nullable PartialDatagram hashNext;

    @Nullable PartialDatagram older;

    @Nullable PartialDatagram newer;

    private final Reassembly owner;
    private final Interface receivedOn;
    private final PacketMeta meta;
    private final IpDatagram.Destination destination;
    private @Nullable ByteBuf[] pieces = new ByteBuf[INITIAL_FRAGMENTS];
    /** Where in its piece a fragment's payload starts: behind the IP headers for the first, 0 for the others. */
    private int[] starts = new int[INITIAL_FRAGMENTS];

    private int[] offsets = new int[INITIAL_FRAGMENTS];
    private int[] ends = new int[INITIAL_FRAGMENTS];
    private int count;
    private int receivedBytes;
    private int totalBytes = UNKNOWN;
    private int ecnSeen;
    private @Nullable DropReason givenUp;
    long chargedBytes;

    PartialDatagram(Reassembly owner, IpDatagram fragment, int identification) {
        this.owner = owner;
        ipv6 = fragment.ipv6();
        sourceHi = fragment.sourceHi();
        sourceLo = fragment.sourceLo();
        destinationHi = fragment.destinationHi();
        destinationLo = fragment.destinationLo();
        protocol = Reassembly.keyProtocol(fragment);
        destination = fragment.destinationKind();
        receivedOn = fragment.receivedOn();
        meta = fragment.meta();
        this.identification = identification;
    }

    @Override
    protected void onExpired(long nowNs) {
        owner.onTimeout(this, nowNs);
    }

    boolean matches(IpDatagram fragment, int id) {
        return identification == id
                && sourceLo == fragment.sourceLo()
                && destinationLo == fragment.destinationLo()
                && sourceHi == fragment.sourceHi()
                && destinationHi == fragment.destinationHi()
                && protocol == Reassembly.keyProtocol(fragment);
    }

    /** Fragments held. */
    int count() {
        return count;
    }

    /** Why the datagram was discarded and its remaining fragments are to be, too (RFC 8200 §4.5); null if it was not. */
    @Nullable DropReason givenUp() {
        return givenUp;
    }

    boolean isComplete() {
        return receivedBytes == totalBytes;
    }

    /** Octets of the whole payload; known when {@link #isComplete}. */
    int totalBytes() {
        return totalBytes;
    }

    /** The first fragment, IP header and all, if it has come. */
    @Nullable ByteBuf first() {
        return count > 0 && offsets[0] == 0 ? pieces[0] : null;
    }

    /** Octets of IP headers in {@link #first}. */
    int firstHeaderLength() {
        return starts[0];
    }

    /** How {@code fragment}, whose payload belongs at its {@link IpDatagram#fragmentOffset}, goes with the others. */
    Fit fit(IpDatagram fragment, boolean more) {
        int from = fragment.fragmentOffset();
        int to = from + fragment.payloadLength();
        int i = place(from);
        if (i < count && offsets[i] == from && ends[i] == to) {
            boolean last = to == totalBytes;
            return last != more && sameOctets(i, fragment) ? Fit.DUPLICATE : Fit.OVERLAP;
        }
        boolean overlapsNext = i < count && offsets[i] < to;
        boolean overlapsPrevious = i > 0 && ends[i - 1] > from;
        if (overlapsNext || overlapsPrevious) {
            return Fit.OVERLAP;
        }
        return contradicts(to, more, i) ? Fit.CONTRADICTION : Fit.NEW;
    }

    /** Whether a fragment in front of number {@code i} that ends at {@code to} is beyond the end, or is a second one. */
    private boolean contradicts(int to, boolean more, int i) {
        boolean beyond = totalBytes != UNKNOWN && (to > totalBytes || !more);
        boolean tooSoon = !more && i < count;
        return beyond || tooSoon;
    }

    private boolean sameOctets(int i, IpDatagram fragment) {
        ByteBuf piece = pieces[i];
        return piece != null
                && ByteBufUtil.equals(
                        piece, starts[i], fragment.buffer(), fragment.payloadIndex(), fragment.payloadLength());
    }

    /** The index of the first fragment that starts at {@code offset} or later. */
    private int place(int offset) {
        int i = count;
        while (i > 0 && offsets[i - 1] >= offset) {
            i--;
        }
        return i;
    }

    /**
     * Takes over {@code piece}, a copy of a {@link Fit#NEW} fragment.
     *
     * @param start where in it the payload starts
     */
    void add(IpDatagram fragment, boolean more, ByteBuf piece, int start) {
        if (count == pieces.length) {
            pieces = Arrays.copyOf(pieces, 2 * count);
            starts = Arrays.copyOf(starts, 2 * count);
            offsets = Arrays.copyOf(offsets, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
        }
        int i = place(fragment.fragmentOffset());
        System.arraycopy(pieces, i, pieces, i + 1, count - i);
        System.arraycopy(starts, i, starts, i + 1, count - i);
        System.arraycopy(offsets, i, offsets, i + 1, count - i);
        System.arraycopy(ends, i, ends, i + 1, count - i);
        count++;
        pieces[i] = piece;
        starts[i] = start;
        offsets[i] = fragment.fragmentOffset();
        ends[i] = fragment.fragmentOffset() + fragment.payloadLength();
        receivedBytes += fragment.payloadLength();
        ecnSeen |= 1 << fragment.ecn();
        if (!more) {
            totalBytes = ends[i];
        }
    }

    /** Appends the payloads of all fragments to {@code target}. */
    void copyPayloadTo(ByteBuf target) {
        for (int i = 0; i < count; i++) {
            ByteBuf piece = pieces[i];
            if (piece != null) {
                target.writeBytes(piece, starts[i], ends[i] - offsets[i]);
            }
        }
    }

    /** Whether some fragment met congestion. */
    boolean isCongestionMarked() {
        return (ecnSeen & 1 << ECN_CE) != 0;
    }

    /** Whether fragments say both "congestion" and "not ECN-capable", which no honest path makes (RFC 3168 §5.3). */
    boolean isEcnContradictory() {
        return isCongestionMarked() && (ecnSeen & 1) != 0;
    }

    /** Lets go of all fragments, and remembers that what else comes belongs to nothing. Returns how many there were. */
    int giveUp(DropReason reason) {
        givenUp = reason;
        return release();
    }

    /** Lets go of all fragments; returns how many there were. */
    int release() {
        int held = count;
        for (int i = 0; i < held; i++) {
            ByteBuf piece = pieces[i];
            if (piece != null) {
                piece.release();
            }
            pieces[i] = null;
        }
        count = 0;
        receivedBytes = 0;
        totalBytes = UNKNOWN;
        return held;
    }

    /** Describes the first fragment, for the report that the others are missing. */
    void describeFirst(IpDatagram target, ByteBuf packet) {
        target.receive(packet, meta, receivedOn);
        target.family(ipv6, packet.readableBytes(), 0, 0);
        target.source(sourceHi, sourceLo);
        target.destination(destinationHi, destinationLo);
        target.destination(destination);
        int payloadProtocol = ipv6 ? packet.getUnsignedByte(starts[0] - Ipv6FragmentHeader.LENGTH) : protocol;
        target.payload(
                payloadProtocol,
                target.headerOffset() + firstHeaderLength(),
                packet.readableBytes() - firstHeaderLength());
    }
}
