package io.sluice.udp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.buffer.Payload;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.link.Path;
import io.sluice.udp.OptionRules.FragmentOrigin;
import io.sluice.wire.UdpHeader;
import io.sluice.wire.UdpOptionKind;
import io.sluice.wire.UdpOptionWriter;
import io.sluice.wire.UdpOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Puts options behind user data, and cuts datagrams into UDP fragments (RFC 9868 §8, §11.4). */
final class OptionOutput {
    private final ByteBufAllocator allocator;
    private final Counters counters;

    OptionOutput(ByteBufAllocator allocator, Counters counters) {
        this.allocator = allocator;
        this.counters = counters;
    }

    /**
     * What a socket would say about itself, and how it writes.
     *
     * @param maxDatagramSize its MDS
     * @param limits its MRDS
     * @param rules how it writes
     * @param checksum whether OCS is computed
     */
    record Own(int maxDatagramSize, FragmentLimits limits, OptionRules rules, boolean checksum) {
        static Own of(Path way, UdpSocketOptions o, boolean udpChecksum) {
            // §11.5: the MTU less the fixed headers. §9: OCS MUST NOT be left out unless UDP's checksum is.
            return new Own(
                    way.linkMtu() - way.headerLength() - UdpHeader.LENGTH,
                    o.fragmentLimits,
                    o.optionRules,
                    udpChecksum || o.optionRules.optionChecksum());
        }
    }

    /** Octets of the surplus area behind {@code userLength} octets of user data; 0 without options. */
    static int surplusLength(DatagramOptions o, int userLength) {
        int options = optionsLength(o, true);
        int missing = o.minLengthBytes() - UdpHeader.LENGTH - userLength;
        if (options == 0 && missing <= 0) {
            return 0;
        }
        return Math.max((userLength & 1) + UdpOptions.OCS_LENGTH + options, missing);
    }

    /** @param ofDatagram whether they are a datagram's, not a fragment's, where there is no user data for APC */
    private static int optionsLength(DatagramOptions o, boolean ofDatagram) {
        int length = o.hasPayloadChecksum() && ofDatagram ? UdpOptions.APC_LENGTH : 0;
        length += o.has(UdpOptionKind.MDS) ? UdpOptions.MDS_LENGTH : 0;
        length += o.has(UdpOptionKind.MRDS) ? UdpOptions.MRDS_LENGTH : 0;
        length += o.hasRequest() ? UdpOptions.ECHO_LENGTH : 0;
        length += o.hasResponse() ? UdpOptions.ECHO_LENGTH : 0;
        length += o.hasTime() ? UdpOptions.TIME_LENGTH : 0;
        for (Experiment e : o.experiments()) {
            length += UdpOptionWriter.lengthOf(2 + e.length());
        }
        return length;
    }

    /**
     * The IP payload behind the UDP header: a copy of the user data, then the options.
     *
     * @param surplusLength as {@link #surplusLength} says
     */
    ByteBuf datagram(ByteBuf payload, DatagramOptions o, int surplusLength, Own own) {
        return build(payload, o, surplusLength, own, own.checksum());
    }

    private ByteBuf build(ByteBuf payload, DatagramOptions o, int surplusLength, Own own, boolean checksum) {
        int userLength = payload.readableBytes();
        int length = userLength + surplusLength;
        ByteBuf whole = allocator.directBuffer(Math.max(1, length), Math.max(1, length));
        Payload.append(whole, payload, payload.readerIndex(), userLength);
        counters.add(Counter.SEND_BYTES_COPIED, userLength);
        ByteBuffer b = whole.internalNioBuffer(0, length);
        int start = b.position();
        int end = start + length;
        if (surplusLength != 0) {
            boolean odd = (userLength & 1) != 0;
            int at = UdpOptionWriter.begin(b, start + userLength, odd);
            if (o.hasPayloadChecksum()) {
                at = UdpOptionWriter.apc(b, at, OptionInput.payloadChecksum(b, start, userLength, own.rules()));
            }
            at = write(b, at, o, own);
            UdpOptionWriter.eol(b, at, end); // §11.1: if anything is left, EOL and zeros
            if (checksum) {
                UdpOptionWriter.end(b, start + userLength, odd, end);
            }
        }
        whole.setIndex(0, length);
        return whole;
    }

    /** Must-support options come first (§10). */
    private static int write(ByteBuffer b, int from, DatagramOptions o, Own own) {
        int at = from;
        if (o.has(UdpOptionKind.MDS)) {
            int size = o.maxDatagramSize() == DatagramOptions.OWN ? own.maxDatagramSize() : o.maxDatagramSize();
            at = UdpOptionWriter.maxDatagramSize(b, at, Math.min(size, 0xFFFF));
        }
        if (o.has(UdpOptionKind.MRDS)) {
            boolean mine = o.maxReassembledSize() == DatagramOptions.OWN;
            at = UdpOptionWriter.maxReassembled(
                    b,
                    at,
                    mine ? own.limits().maxBytes() : o.maxReassembledSize(),
                    mine ? own.limits().maxSegments() : o.maxReassembledSegments());
        }
        if (o.hasRequest()) {
            at = UdpOptionWriter.request(b, at, o.request());
        }
        if (o.hasResponse()) {
            at = UdpOptionWriter.response(b, at, o.response());
        }
        if (o.hasTime()) {
            at = UdpOptionWriter.time(b, at, o.timeValue(), o.timeEcho());
        }
        for (Experiment e : o.experiments()) {
            int kind = e.unsafe() ? UdpOptionKind.UEXP : UdpOptionKind.EXP;
            at = UdpOptionWriter.experiment(b, at, kind, e.id(), e.contents());
        }
        return at;
    }

    /** How many fragments a datagram of {@code length} octets behind its UDP header makes; 0 if none can be that small. */
    static int fragmentCount(int length, DatagramOptions perFragment, int maxFragmentBytes) {
        int head = UdpOptions.OCS_LENGTH + optionsLength(perFragment, false);
        int room = maxFragmentBytes - UdpHeader.LENGTH - head;
        int chunk = room - UdpOptions.FRAG_LENGTH;
        int last = room - UdpOptions.FRAG_TERMINAL_LENGTH;
        if (last < 1) {
            return 0;
        }
        return length <= last ? 1 : 1 + (length - last + chunk - 1) / chunk;
    }

    /**
     * The datagram in fragments: of each, the IP payload behind its UDP header. There is no user data in any of them.
     *
     * @param surplusLength octets of surplus of the datagram itself
     * @param maxFragmentBytes octets of IP payload in a fragment
     */
    List<ByteBuf> fragments(
            ByteBuf payload, DatagramOptions o, int surplusLength, Own own, int maxFragmentBytes, int identification) {
        // §11.4: the checksums of the fragments cover everything, if there are any; then the whole needs none.
        ByteBuf whole = build(payload, o, surplusLength, own, !own.checksum());
        int optionStart = PartialDatagram.START + payload.readableBytes();
        int length = whole.readableBytes();
        int count = fragmentCount(length, o.perFragment(), maxFragmentBytes);
        int chunk = maxFragmentBytes
                - UdpHeader.LENGTH
                - UdpOptions.OCS_LENGTH
                - optionsLength(o.perFragment(), false)
                - UdpOptions.FRAG_LENGTH;
        List<ByteBuf> fragments = new ArrayList<>(count);
        for (int i = 0, from = 0; i < count; i++) {
            boolean last = i == count - 1;
            // The last one has octets of its own, however the others are filled.
            int n = last ? length - from : Math.min(chunk, length - from - (count - 1 - i));
            Cut cut = new Cut(from, n, last, offset(from, count, own.rules()), identification, optionStart);
            fragments.add(fragment(whole, cut, o.perFragment(), own));
            from += n;
        }
        whole.release();
        return fragments;
    }

    /** Frag. Offset of the octets from {@code from} on: see {@link FragmentOrigin}. */
    private static int offset(int from, int count, OptionRules rules) {
        boolean fromUserData = rules.fragmentOrigin() == FragmentOrigin.USER_DATA;
        return fromUserData || count == 1 ? from : from + PartialDatagram.START;
    }

    private record Cut(int from, int length, boolean last, int offset, int identification, int optionStart) {}

    private ByteBuf fragment(ByteBuf whole, Cut cut, DatagramOptions perFragment, Own own) {
        int head = UdpOptions.OCS_LENGTH
                + (cut.last() ? UdpOptions.FRAG_TERMINAL_LENGTH : UdpOptions.FRAG_LENGTH)
                + optionsLength(perFragment, false);
        int length = head + cut.length();
        ByteBuf fragment = allocator.directBuffer(length, length);
        ByteBuffer b = fragment.internalNioBuffer(0, length);
        int start = b.position();
        int at = UdpOptionWriter.begin(b, start, false);
        int dataStart = UdpHeader.LENGTH + head;
        at = cut.last()
                ? UdpOptionWriter.terminalFrag(b, at, dataStart, cut.identification(), cut.offset(), cut.optionStart())
                : UdpOptionWriter.frag(b, at, dataStart, cut.identification(), cut.offset());
        write(b, at, perFragment, own);
        fragment.setIndex(0, head);
        Payload.append(fragment, whole, cut.from(), cut.length());
        ByteBuffer filled = fragment.internalNioBuffer(0, length);
        if (own.checksum()) {
            UdpOptionWriter.end(filled, filled.position(), false, filled.position() + length);
        }
        return fragment;
    }
}
