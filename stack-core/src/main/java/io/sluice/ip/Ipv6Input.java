package io.sluice.ip;

import io.netty.buffer.ByteBuf;
import io.sluice.event.DropReason;
import io.sluice.ip.ErrorReporter.Problem;
import io.sluice.ip.IpDatagram.Destination;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv6ExtensionHeaders;
import io.sluice.wire.Ipv6FragmentHeader;
import io.sluice.wire.Ipv6Header;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.UdpHeader;

/** What becomes of a received IPv6 packet: RFC 8200 §3 and §4. */
final class Ipv6Input {
    private static final int PAYLOAD_LENGTH_FIELD = 4;
    /** RFC 4861 §7.1: no router has passed it on. */
    private static final int MAX_HOP_LIMIT = 255;
    /** Where the fragment offset is in a Fragment header. */
    private static final int FRAGMENT_OFFSET_FIELD = 2;

    private final AddressPolicy addresses;
    private final Reassembly reassembly;
    private final Dispatch dispatch;
    private final Ipv6Header header = new Ipv6Header();
    private final Ipv6ExtensionHeaders extensions = new Ipv6ExtensionHeaders();
    /** Looks past a Fragment header, while {@link #extensions} still describes what is before it. */
    private final Ipv6ExtensionHeaders chain = new Ipv6ExtensionHeaders();

    Ipv6Input(AddressPolicy addresses, Reassembly reassembly, Dispatch dispatch) {
        this.addresses = addresses;
        this.reassembly = reassembly;
        this.dispatch = dispatch;
    }

    /** Ends the packet that {@code datagram} points at, or keeps a copy if it is a fragment. */
    void onPacket(IpDatagram datagram, long nowNs) {
        if (!header.wrap(datagram.nio(), datagram.headerOffset(), datagram.capturedLength())) {
            dispatch.drop(DropReason.IP_TRUNCATED);
            return;
        }
        describe(datagram);
        datagram.source(header.sourceHi(), header.sourceLo());
        datagram.destination(header.destinationHi(), header.destinationLo());
        if (!isAboutDuplicates(datagram)
                && addresses.isMartianSource6(header.sourceHi(), header.sourceLo(), datagram.receivedOn())) {
            dispatch.drop(DropReason.IP_MARTIAN_SOURCE);
            return;
        }
        Destination kind =
                addresses.destination6(header.destinationHi(), header.destinationLo(), datagram.receivedOn());
        if (kind == null) {
            dispatch.drop(DropReason.IP_NOT_LOCAL);
            return;
        }
        datagram.destination(kind);
        walk(datagram, nowNs);
    }

    /**
     * Whether this is about duplicate addresses (RFC 4862 §5.4), on an Ethernet: it comes from somebody without an address,
     * or with one of this host's.
     */
    private boolean isAboutDuplicates(IpDatagram datagram) {
        Interface on = datagram.receivedOn();
        return on != null
                && on.neighbors() != null
                && header.nextHeader() == IpProtocol.ICMPV6
                && header.hopLimit() == MAX_HOP_LIMIT
                && IpAddress.isMulticast6(header.destinationHi())
                && !IpAddress.isMulticast6(header.sourceHi());
    }

    private void describe(IpDatagram datagram) {
        int length = Ipv6Header.LENGTH + header.payloadLength();
        datagram.family(true, length, header.trafficClass(), header.hopLimit());
        datagram.payload(header.nextHeader(), header.payloadOffset(), header.payloadLength());
    }

    /** RFC 8200 §4: headers are processed strictly in order, up to the first that forbids to go on. */
    private void walk(IpDatagram datagram, long nowNs) {
        extensions.walk(header);
        int pointer = extensions.pointer() - datagram.headerOffset();
        switch (extensions.outcome()) {
            case UPPER_LAYER -> {
                datagram.payload(extensions.upperProtocol(), extensions.upperOffset(), extensions.upperLength());
                dispatch.deliver(datagram, pointer, nowNs);
            }
            case NO_NEXT_HEADER -> dispatch.delivered();
            case FRAGMENT -> onFragment(datagram, nowNs);
            case UNRECOGNIZED_OPTION -> onUnrecognizedOption(datagram, pointer, nowNs);
            case MISPLACED_HOP_BY_HOP ->
                dispatch.reject(datagram, DropReason.IP_EXTENSION_UNKNOWN, Problem.NEXT_HEADER, pointer, nowNs);
            case UNRECOGNIZED_ROUTING -> // RFC 8200 §4.4; for type 0, RFC 5095 §3
                dispatch.reject(datagram, DropReason.IP_EXTENSION_UNKNOWN, Problem.HEADER_FIELD, pointer, nowNs);
            case TRUNCATED, TOO_MANY -> dispatch.drop(DropReason.IP_EXTENSION_MALFORMED);
        }
    }

    /** RFC 8200 §4.2: the two highest bits of the option's type say what to do. */
    private void onUnrecognizedOption(IpDatagram datagram, int pointer, long nowNs) {
        DropReason reason = DropReason.IP_EXTENSION_UNKNOWN;
        switch (extensions.unrecognizedOptionAction()) {
            case Ipv6ExtensionHeaders.ACTION_DISCARD_AND_REPORT ->
                dispatch.reject(datagram, reason, Problem.OPTION_EVEN_IF_MULTICAST, pointer, nowNs);
            case Ipv6ExtensionHeaders.ACTION_DISCARD_AND_REPORT_UNICAST ->
                dispatch.reject(datagram, reason, Problem.OPTION, pointer, nowNs);
            default -> dispatch.drop(reason);
        }
    }

    private void onFragment(IpDatagram datagram, long nowNs) {
        if (datagram.reassembled()) {
            dispatch.drop(DropReason.IP_EXTENSION_MALFORMED); // a fragment that was itself put together from fragments
            return;
        }
        Ipv6FragmentHeader fragment = extensions.fragment();
        datagram.fragmentOffset(fragment.fragmentOffsetBytes());
        datagram.payload(fragment.nextHeader(), fragment.payloadOffset(), fragment.payloadLength());
        if (!isFragmentFine(datagram, fragment, nowNs)) {
            return;
        }
        ByteBuf whole = reassembly.onFragment6(datagram, fragment, nowNs);
        if (whole == null) {
            return;
        }
        datagram.receiveReassembled(whole);
        if (header.wrap(datagram.nio(), datagram.headerOffset(), datagram.capturedLength())) {
            describe(datagram);
            walk(datagram, nowNs);
        }
        datagram.clear();
        whole.release();
    }

    private boolean isFragmentFine(IpDatagram datagram, Ipv6FragmentHeader fragment, long nowNs) {
        int length = fragment.payloadLength();
        if (fragment.moreFragments() && length % Ipv6FragmentHeader.FRAGMENT_UNIT != 0) {
            // RFC 8200 §4.5: not a multiple of eight octets, and more fragments follow
            malformed(datagram, Problem.HEADER_FIELD, PAYLOAD_LENGTH_FIELD, nowNs);
            return false;
        }
        int unfragmentable = fragment.offset() - header.payloadOffset();
        if (unfragmentable + fragment.fragmentOffsetBytes() + length > Reassembly.MAX_LENGTH) {
            // RFC 8200 §4.5: the payload length of the whole would exceed 65535
            int pointer = fragment.offset() + FRAGMENT_OFFSET_FIELD - datagram.headerOffset();
            malformed(datagram, Problem.HEADER_FIELD, pointer, nowNs);
            return false;
        }
        if (fragment.fragmentOffsetBytes() == 0 && !isHeaderChainComplete(datagram, fragment)) {
            malformed(datagram, Problem.INCOMPLETE_HEADER_CHAIN, 0, nowNs); // RFC 7112 §5
            return false;
        }
        return true;
    }

    private void malformed(IpDatagram datagram, Problem problem, int pointer, long nowNs) {
        dispatch.reject(datagram, DropReason.FRAGMENT_MALFORMED, problem, pointer, nowNs);
    }

    /** Whether the first fragment has every header up to the upper layer's; what else is wrong is found after reassembly. */
    private boolean isHeaderChainComplete(IpDatagram datagram, Ipv6FragmentHeader fragment) {
        chain.walk(
                datagram.nio(),
                fragment.payloadOffset(),
                fragment.payloadLength(),
                fragment.nextHeader(),
                fragment.offset());
        return switch (chain.outcome()) {
            case TRUNCATED -> false;
            case UPPER_LAYER -> chain.upperLength() >= minHeaderLength(chain.upperProtocol());
            default -> true;
        };
    }

    private static int minHeaderLength(int protocol) {
        return switch (protocol) {
            case IpProtocol.TCP -> TcpHeader.MIN_LENGTH;
            case IpProtocol.UDP -> UdpHeader.LENGTH;
            default -> 1;
        };
    }
}
