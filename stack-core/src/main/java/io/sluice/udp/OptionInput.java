package io.sluice.udp;

import io.netty.buffer.ByteBuf;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.ip.IpDatagram;
import io.sluice.udp.OptionRules.PayloadChecksumOrder;
import io.sluice.udp.OptionRules.UnsafeOutsideFragment;
import io.sluice.udp.ReceivedOptions.Outcome;
import io.sluice.udp.UdpSocketOptions.OptionReception;
import io.sluice.wire.Crc32c;
import io.sluice.wire.UdpHeader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a received datagram that has a surplus area, or should have one: RFC 9868 §14. By default options change
 * nothing: user data is delivered as a host would that knows nothing of them (§6).
 */
final class OptionInput {
    /** How a packet ended. */
    enum Fate {
        DELIVERED,
        /** It is a fragment, and waits for the rest. */
        HELD,
        /** See {@link #reason}. */
        DROPPED
    }

    /**
     * A datagram on its way to a socket.
     *
     * @param counted whether the host counts it as held while it is
     */
    private record Arrival(UdpEndpoint to, IpDatagram packet, int sourcePort, boolean counted, long nowNs) {
        UdpSocketOptions options() {
            return to.options();
        }
    }

    private final UdpLayer udp;
    private final Counters counters;
    private final OptionScan scan = new OptionScan();
    private DropReason reason = DropReason.UDP_BUFFER_FULL;

    OptionInput(UdpLayer udp) {
        this.udp = udp;
        counters = udp.counters;
    }

    /** Why the latest datagram was dropped. */
    DropReason reason() {
        return reason;
    }

    private Fate drop(DropReason why) {
        reason = why;
        return Fate.DROPPED;
    }

    /** Whether a datagram cannot simply be delivered to {@code e}. */
    static boolean concerns(UdpEndpoint e, IpDatagram d, UdpHeader header) {
        UdpSocketOptions o = e.options();
        return o.optionReception != OptionReception.IGNORE
                && (d.payloadLength() > header.datagramLength() || !o.requiredOptions.isEmpty());
    }

    /**
     * Ends a datagram for {@code e}, or keeps it if it is a fragment.
     *
     * @param counted whether nobody else gets the packet, so that it is counted as held while it is
     */
    Fate receive(UdpEndpoint e, IpDatagram d, UdpHeader header, boolean counted, long nowNs) {
        UdpSocketOptions o = e.options();
        int surplus = d.payloadLength() - header.datagramLength();
        if (surplus == 0) {
            return drop(DropReason.UDP_OPTION_REQUIRED);
        }
        if (o.optionReception == OptionReception.REFUSE) {
            return drop(DropReason.UDP_OPTIONS_REFUSED); // RFC 9868 §15
        }
        int userLength = header.payloadLength();
        Outcome outcome = scan.scan(d.nio(), header.offset(), userLength, surplus, header.checksum(), false, o);
        count(outcome);
        Arrival a = new Arrival(e, d, header.sourcePort(), counted, nowNs);
        return scan.frag
                ? fragment(a, outcome)
                : deliver(a, outcome, d.buffer(), d.payloadIndex() + UdpHeader.LENGTH, userLength, null);
    }

    private void count(Outcome outcome) {
        counters.increment(
                outcome == Outcome.PROCESSED ? Counter.UDP_OPTION_AREAS_IN : Counter.UDP_OPTION_AREAS_IGNORED);
        if (scan.hasLongNopRun()) {
            counters.increment(Counter.UDP_OPTION_NOP_RUNS); // RFC 9868 §11.2: a potential indicator of an attack
        }
    }

    private Fate fragment(Arrival a, Outcome outcome) {
        counters.increment(Counter.UDP_FRAGMENTS_IN);
        FragmentReassembly reassembly = a.to().optionState().reassembly();
        if (outcome == Outcome.UNSAFE_UNSUPPORTED) {
            reassembly.poison(a.packet(), a.sourcePort(), scan.identification, a.nowNs());
            return drop(DropReason.UDP_OPTION_UNSAFE);
        }
        if (outcome != Outcome.PROCESSED) {
            return drop(DropReason.UDP_FRAGMENT_MALFORMED); // RFC 9868 §11.4: no empty datagram for the user
        }
        UdpSocketOptions o = a.options();
        DatagramOptions own = null;
        if (o.reportFragmentOptions || !o.requiredFragmentOptions.isEmpty()) {
            own = scan.found().ofFragment().inReferenceOrder().build();
            if (!hasAll(own, o.requiredFragmentOptions)) {
                return drop(DropReason.UDP_OPTION_REQUIRED);
            }
        }
        PartialDatagram p = reassembly.add(
                a.packet(),
                a.sourcePort(),
                scan,
                a.packet().payloadIndex() + scan.fragStart,
                o.reportFragmentOptions ? own : null,
                a.counted(),
                a.nowNs());
        if (p == null) {
            DropReason why = reassembly.dropped();
            return why == null ? Fate.HELD : drop(why);
        }
        ByteBuf whole = p.join(udp.allocator);
        Fate fate = reassembled(a, p, whole);
        whole.release();
        reassembly.finish(p);
        return fate;
    }

    /** RFC 9868 §11.4: what was put together is a datagram with options of its own, whose UDP checksum is not used. */
    private Fate reassembled(Arrival a, PartialDatagram p, ByteBuf whole) {
        counters.increment(Counter.UDP_REASSEMBLED);
        int userLength = p.optionStart() - PartialDatagram.START;
        int surplus = whole.readableBytes() - userLength;
        if (surplus == 0) {
            return deliver(a, null, whole, 0, userLength, p.report());
        }
        ByteBuffer b = whole.internalNioBuffer(0, whole.readableBytes());
        Outcome outcome = scan.scan(b, b.position() - PartialDatagram.START, userLength, surplus, 0, true, a.options());
        count(outcome);
        return outcome == Outcome.UNSAFE_UNSUPPORTED
                ? drop(DropReason.UDP_OPTION_UNSAFE) // RFC 9868 §12
                : deliver(a, outcome, whole, 0, userLength, p.report());
    }

    /** Delivers user data; {@code outcome} is null if there is no surplus area. */
    private Fate deliver(
            Arrival a,
            @Nullable Outcome outcome,
            ByteBuf buffer,
            int index,
            int length,
            @Nullable FragmentReport fragments) {
        UdpSocketOptions o = a.options();
        if (outcome == Outcome.UNSAFE_UNSUPPORTED
                && length != 0
                && o.optionRules.unsafeOutsideFragment() == UnsafeOutsideFragment.DROP) {
            return drop(DropReason.UDP_OPTION_UNSAFE); // RFC 9868 §12; §10 alone would let the user data pass
        }
        ReceivedOptions received = received(outcome, o, buffer, index, length, fragments);
        if (!o.requiredOptions.isEmpty()
                && (received == null
                        || received.isPayloadChecksumWrong()
                        || !hasAll(received.options(), o.requiredOptions))) {
            return drop(DropReason.UDP_OPTION_REQUIRED); // RFC 9868 §14
        }
        if (received != null
                && a.to().optionState().onOptions(a.packet(), a.sourcePort(), received.options(), length, a.nowNs())) {
            return Fate.DELIVERED; // RFC 9869 §4.2: a probe, or the answer to one, is not for the user
        }
        return a.to().onDatagram(a.packet(), a.sourcePort(), buffer, index, length, received)
                ? Fate.DELIVERED
                : drop(DropReason.UDP_BUFFER_FULL);
    }

    private @Nullable ReceivedOptions received(
            @Nullable Outcome outcome,
            UdpSocketOptions o,
            ByteBuf buffer,
            int index,
            int length,
            @Nullable FragmentReport fragments) {
        if (outcome == null) {
            return fragments == null
                    ? null
                    : new ReceivedOptions(Outcome.PROCESSED, DatagramOptions.NONE, false, List.of(), fragments);
        }
        if (outcome != Outcome.PROCESSED) {
            return new ReceivedOptions(outcome, DatagramOptions.NONE, false, List.of(), fragments);
        }
        boolean wrong = scan.hasApc && !isPayloadChecksumRight(o, buffer, index, length);
        if (wrong) {
            counters.increment(Counter.UDP_PAYLOAD_CHECKSUM_ERRORS);
        }
        List<Integer> ignored = scan.ignored().stream().sorted().toList();
        return new ReceivedOptions(outcome, scan.found().inReferenceOrder().build(), wrong, ignored, fragments);
    }

    private boolean isPayloadChecksumRight(UdpSocketOptions o, ByteBuf buffer, int index, int length) {
        ByteBuffer b = buffer.internalNioBuffer(index, length);
        return scan.apcHasLength && scan.apc == payloadChecksum(b, b.position(), length, o.optionRules);
    }

    /**
     * What APC says of user data (§11.3): "in network standard byte order, as used for iSCSI", of which RFC 7143 Appendix A.4
     * shows the opposite.
     */
    static int payloadChecksum(ByteBuffer b, int offset, int length, OptionRules rules) {
        int crc = Crc32c.of(b, offset, length);
        return rules.payloadChecksumOrder() == PayloadChecksumOrder.NETWORK ? crc : Integer.reverseBytes(crc);
    }

    private static boolean hasAll(DatagramOptions options, Set<Integer> kinds) {
        for (int kind : kinds) {
            if (!options.has(kind)) {
                return false;
            }
        }
        return true;
    }
}
