package io.sluice.udp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.buffer.Payload;
import io.sluice.time.TimerNode;
import io.sluice.wire.Seq;
import io.sluice.wire.UdpOptionKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A datagram of which some UDP fragments have come (RFC 9868 §11.4). Offsets are from the start of its UDP header. */
final class PartialDatagram extends TimerNode {
    /** Octets of the UDP header, which no fragment carries. */
    static final int START = 8;

    private record Piece(int offset, ByteBuf octets) {
        int end() {
            return offset + octets.readableBytes();
        }
    }

    private final FragmentReassembly owner;
    final long sourceHi;
    final long sourceLo;
    final long destinationHi;
    final long destinationLo;
    final int sourcePort;
    final int identification;
    private final List<Piece> pieces = new ArrayList<>(2);
    private int octets;
    /** Where the datagram ends, once the last fragment has come; else 0. */
    private int end;

    private int optionStart;
    /** Fragments that the host counts as held. */
    int held;

    int chargedBytes;
    /** Nothing of it can be delivered any more: what comes is dropped until the time is up. */
    boolean abandoned;

    private int fragments;
    private DatagramOptions merged = DatagramOptions.NONE;
    private int leastTimeValue;
    private int leastTimeEcho;
    private boolean hasTime;

    PartialDatagram(FragmentReassembly owner, FragmentReassembly.Key key) {
        this.owner = owner;
        sourceHi = key.sourceHi;
        sourceLo = key.sourceLo;
        destinationHi = key.destinationHi;
        destinationLo = key.destinationLo;
        sourcePort = key.sourcePort;
        identification = key.identification;
    }

    int pieces() {
        return pieces.size();
    }

    /** Whether this is complete and where its user data ends. */
    boolean isComplete() {
        return end != 0 && octets == end - START;
    }

    /** RDOS. */
    int optionStart() {
        return optionStart;
    }

    /** The last fragment says where everything ends; false if that contradicts what is there. */
    boolean last(int newEnd, int newOptionStart) {
        if (end != 0 || newOptionStart < START || newOptionStart > newEnd) {
            return false;
        }
        for (int i = 0; i < pieces.size(); i++) {
            if (pieces.get(i).end() > newEnd) {
                return false;
            }
        }
        end = newEnd;
        optionStart = newOptionStart;
        return true;
    }

    /** Whether the octets {@code [from, to)} are beyond the end, or some of them are there already. */
    boolean collides(int from, int to) {
        if (end != 0 && to > end) {
            return true;
        }
        for (int i = 0; i < pieces.size(); i++) {
            Piece p = pieces.get(i);
            if (from < p.end() && p.offset() < to) {
                return true;
            }
        }
        return false;
    }

    /** Whether the very octets are there, as a fragment of the same extent. */
    boolean isDuplicate(int from, ByteBuf buffer, int index, int length, boolean terminal) {
        for (int i = 0; i < pieces.size(); i++) {
            Piece p = pieces.get(i);
            if (p.offset() == from && p.end() == from + length && terminal == (p.end() == end)) {
                return p.octets().equals(buffer.slice(index, length));
            }
        }
        return false;
    }

    /** Takes the octets over. */
    void add(int offset, ByteBuf newOctets) {
        int at = pieces.size();
        while (at > 0 && pieces.get(at - 1).offset() > offset) {
            at--;
        }
        pieces.add(at, new Piece(offset, newOctets));
        octets += newOctets.readableBytes();
    }

    /** Everything behind the UDP header, in one buffer that the caller owns. */
    ByteBuf join(ByteBufAllocator allocator) {
        ByteBuf whole = allocator.directBuffer(Math.max(1, octets), Math.max(1, octets));
        for (Piece p : pieces) {
            Payload.append(
                    whole, p.octets(), p.octets().readerIndex(), p.octets().readableBytes());
        }
        return whole;
    }

    /** Lets go of the octets. */
    void release() {
        pieces.forEach(p -> p.octets().release());
        pieces.clear();
        octets = 0;
    }

    /** RFC 9868 §11.5 to §11.8: the options of fragments are told of together. */
    void merge(DatagramOptions more) {
        fragments++;
        DatagramOptions.Builder b = DatagramOptions.builder();
        mergeSizes(b, more);
        DatagramOptions request = more.hasRequest() ? more : merged;
        if (request.hasRequest()) {
            b.request(request.request());
        }
        DatagramOptions response = more.hasResponse() ? more : merged;
        if (response.hasResponse()) {
            b.response(response.response());
        }
        mergeTime(b, more);
        merged.experiments().forEach(b::experiment);
        more.experiments().forEach(b::experiment);
        merged = b.build();
    }

    private void mergeSizes(DatagramOptions.Builder b, DatagramOptions more) {
        int mds = least(merged.maxDatagramSize(), more.maxDatagramSize());
        if (mds != DatagramOptions.ABSENT) {
            b.maxDatagramSize(mds);
        }
        int size = least(merged.maxReassembledSize(), more.maxReassembledSize());
        if (size != DatagramOptions.ABSENT) {
            int before = merged.has(UdpOptionKind.MRDS) ? merged.maxReassembledSegments() : DatagramOptions.ABSENT;
            int now = more.has(UdpOptionKind.MRDS) ? more.maxReassembledSegments() : DatagramOptions.ABSENT;
            b.maxReassembled(size, least(before, now));
        }
    }

    private void mergeTime(DatagramOptions.Builder b, DatagramOptions more) {
        if (more.hasTime()) {
            leastTimeValue = hasTime ? Seq.min(leastTimeValue, more.timeValue()) : more.timeValue();
            leastTimeEcho = hasTime ? Seq.min(leastTimeEcho, more.timeEcho()) : more.timeEcho();
            hasTime = true;
            b.receivedTime(
                    merged.hasTime() ? Seq.max(merged.timeValue(), more.timeValue()) : more.timeValue(),
                    merged.hasTime() ? Seq.max(merged.timeEcho(), more.timeEcho()) : more.timeEcho());
        } else if (merged.hasTime()) {
            b.receivedTime(merged.timeValue(), merged.timeEcho());
        }
    }

    private static int least(int a, int b) {
        return a == DatagramOptions.ABSENT ? b : b == DatagramOptions.ABSENT ? a : Math.min(a, b);
    }

    /** What the fragments had for options; null if nobody wants to know. */
    @Nullable FragmentReport report() {
        return fragments == 0 ? null : new FragmentReport(fragments, merged, leastTimeValue, leastTimeEcho);
    }

    @Override
    protected void onExpired(long nowNs) {
        owner.onExpired(this);
    }
}
