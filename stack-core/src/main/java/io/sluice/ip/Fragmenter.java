package io.sluice.ip;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.link.EmitResult;
import io.sluice.link.Link;
import io.sluice.link.OutboundPacket;
import io.sluice.link.TransmitRing;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6FragmentHeader;
import io.sluice.wire.Ipv6Header;
import java.nio.ByteBuffer;

/**
 * Cuts packets that are larger than the path MTU into fragments (RFC 791 §3.2, RFC 8200 §4.5), which share the payload's
 * memory.
 */
public final class Fragmenter {
    private static final int UNIT = Ipv4Header.FRAGMENT_UNIT;

    private final ByteBufAllocator allocator;
    private final TransmitRing ring;
    private final Counters counters;
    private final OutboundPacket part = new OutboundPacket();
    private final Ipv4Header ipv4 = new Ipv4Header();
    private final Ipv6FragmentHeader fragment = new Ipv6FragmentHeader();

    public Fragmenter(ByteBufAllocator allocator, TransmitRing ring, Counters counters) {
        this.allocator = allocator;
        this.ring = ring;
        this.counters = counters;
    }

    /** Whether {@code mtu} leaves room for any payload at all. */
    public static boolean isPossible(int mtu, boolean ipv6) {
        return mtu >= headerLength(ipv6) + UNIT;
    }

    private static int headerLength(boolean ipv6) {
        return ipv6 ? Ipv6Header.LENGTH + Ipv6FragmentHeader.LENGTH : Ipv4Header.MIN_LENGTH;
    }

    /**
     * Sends {@code whole} in fragments. If the link turns busy after the first of them, the rest is queued as control
     * packets, so that the datagram is either taken as a whole or not at all.
     *
     * @param whole a packet whose transport checksum is final and whose IP header has no options; it is not changed
     * @param mtu at least what {@link #isPossible} asks for
     * @param identification what the fragments have in common; of IPv4's, the low 16 bits count
     * @return BUSY if nothing was sent
     */
    public EmitResult emit(Link link, OutboundPacket whole, int mtu, int identification, long nowNs) {
        int total = whole.totalLength() - whole.transportOffset();
        int step = (mtu - headerLength(whole.ipv6())) / UNIT * UNIT;
        boolean queue = false;
        for (int from = 0; from < total; from += step) {
            fill(whole, from, Math.min(step, total - from), identification);
            if (!queue) {
                EmitResult result = ring.emit(link, part, nowNs);
                if (result == EmitResult.DROPPED || (result == EmitResult.BUSY && from == 0)) {
                    return result;
                }
                queue = result == EmitResult.BUSY;
            }
            if (queue) {
                queue(link);
            }
            counters.increment(Counter.IP_FRAGMENTS_OUT);
        }
        return EmitResult.SENT;
    }

    /** Queues {@code whole} in fragments as control packets; see {@link #emit}. */
    void control(Link link, OutboundPacket whole, int mtu, int identification) {
        int total = whole.totalLength() - whole.transportOffset();
        int step = (mtu - headerLength(whole.ipv6())) / UNIT * UNIT;
        for (int from = 0; from < total; from += step) {
            fill(whole, from, Math.min(step, total - from), identification);
            queue(link);
            counters.increment(Counter.IP_FRAGMENTS_OUT);
        }
    }

    private void queue(Link link) {
        ByteBuf copy = allocator.directBuffer(part.totalLength(), part.totalLength());
        part.copyTo(copy);
        ring.control(link, copy);
    }

    /** Makes {@link #part} the fragment with {@code length} octets of the fragmentable part from {@code from} on. */
    private void fill(OutboundPacket whole, int from, int length, int identification) {
        part.reset();
        ByteBuffer to = part.header();
        int ipLength = whole.transportOffset();
        to.put(0, whole.header(), 0, ipLength);
        boolean more = ipLength + from + length < whole.totalLength();
        int at = ipLength;
        if (whole.ipv6()) {
            to.put(Ipv6Header.NEXT_HEADER_OFFSET, (byte) IpProtocol.FRAGMENT);
            to.putShort(4, (short) (Ipv6FragmentHeader.LENGTH + length));
            fragment.emit(to, at, length)
                    .nextHeader(whole.protocol())
                    .fragmentOffsetBytes(from)
                    .moreFragments(more)
                    .identification(identification);
            at += Ipv6FragmentHeader.LENGTH;
        } else {
            to.putShort(2, (short) (ipLength + length));
            ipv4.wrapQuoted(to, 0, ipLength); // as if quoted: the payload is not in this buffer
            ipv4.identification(identification)
                    .dontFragment(false)
                    .moreFragments(more)
                    .fragmentOffsetBytes(from)
                    .updateChecksum();
        }
        int inHeader = Math.min(length, Math.max(0, whole.headerLength() - ipLength - from));
        if (inHeader > 0) {
            to.put(at, whole.header(), ipLength + from, inHeader);
        }
        part.header(at + inHeader, ipLength, whole.ipv6() ? IpProtocol.FRAGMENT : whole.protocol(), whole.ipv6());
        addSlices(whole, from + inHeader - (whole.headerLength() - ipLength), length - inHeader);
    }

    private void addSlices(OutboundPacket whole, int from, int length) {
        int skip = from;
        int left = length;
        for (int i = 0; left > 0; i++) {
            int inSlice = whole.sliceLength(i);
            if (skip < inSlice) {
                int n = Math.min(left, inSlice - skip);
                part.addSlice(whole.slice(i), whole.sliceOffset(i) + skip, n);
                left -= n;
            }
            skip = Math.max(0, skip - inSlice);
        }
    }
}
