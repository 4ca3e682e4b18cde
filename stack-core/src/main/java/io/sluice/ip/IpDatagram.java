package io.sluice.ip;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.link.PacketMeta;
import io.sluice.wire.AddressKey;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A received IP packet as {@link IpInput} found it to be: whole, valid and for this host. One instance is reused for
 * every packet; it and everything it gives is borrowed until the call that got it returns.
 *
 * <p>Fields are read from {@link #nio()}, whose position is not where the packet starts: {@link #headerOffset} and {@link
 * #payloadOffset} are absolute indices into it. To keep payload, retain a slice of {@link #buffer()} at {@link
 * #payloadIndex}.
 *
 * <p>Addresses are keys, two longs for either family ({@link AddressKey}).
 */
public final class IpDatagram {
    /** What kind of address the packet was sent to. */
    public enum Destination {
        /** An address of this host. */
        UNICAST,
        /** 255.255.255.255 or the broadcast address of a subnet the packet came from (RFC 1122 §3.2.1.3). */
        BROADCAST,
        /** A group that the receiving interface is a member of (RFC 1112, RFC 4291 §2.7). */
        MULTICAST
    }

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private ByteBuffer nio = ByteBuffer.allocate(0);
    /** What has to be added to an index of {@link #buffer} to get the same octet in {@link #nio}. */
    private int nioShift;

    private @Nullable PacketMeta meta;
    private @Nullable Interface receivedOn;
    private int capturedLength;
    private int packetLength;
    private int headerOffset;
    private int payloadOffset;
    private int payloadLength;
    private boolean ipv6;
    private boolean reassembled;
    private int protocol;
    private int hopLimit;
    private int trafficClass;
    private int fragmentOffset;
    private long sourceHi;
    private long sourceLo;
    private long destinationHi;
    private long destinationLo;
    private Destination destination = Destination.UNICAST;

    IpDatagram() {}

    /** Points at the readable bytes of {@code packet}; the headers are read later. */
    void receive(ByteBuf packet, PacketMeta newMeta, Interface newReceivedOn) {
        point(packet);
        meta = newMeta;
        receivedOn = newReceivedOn;
        reassembled = false;
        destination = Destination.UNICAST;
    }

    /** Points at the whole packet instead of the fragment that completed it, whose addresses it shares. */
    void receiveReassembled(ByteBuf packet) {
        point(packet);
        reassembled = true;
    }

    private void point(ByteBuf packet) {
        int index = packet.readerIndex();
        capturedLength = packet.readableBytes();
        buffer = packet;
        // The internal view is not a copy, and its index 0 need not be the buffer's.
        nio = packet.nioBufferCount() == 1
                ? packet.internalNioBuffer(index, capturedLength)
                : packet.nioBuffer(index, capturedLength);
        headerOffset = nio.position();
        nioShift = headerOffset - index;
        fragmentOffset = 0;
    }

    /** Lets go of the packet. */
    void clear() {
        buffer = Unpooled.EMPTY_BUFFER;
        meta = null;
        receivedOn = null;
    }

    void family(boolean isIpv6, int newPacketLength, int newTrafficClass, int newHopLimit) {
        ipv6 = isIpv6;
        packetLength = newPacketLength;
        trafficClass = newTrafficClass;
        hopLimit = newHopLimit;
    }

    void source(long hi, long lo) {
        sourceHi = hi;
        sourceLo = lo;
    }

    void destination(long hi, long lo) {
        destinationHi = hi;
        destinationLo = lo;
    }

    void destination(Destination kind) {
        destination = kind;
    }

    void fragmentOffset(int octets) {
        fragmentOffset = octets;
    }

    void payload(int newProtocol, int offset, int length) {
        protocol = newProtocol;
        payloadOffset = offset;
        payloadLength = length;
    }

    /** Octets that the link gave, which may be more than the packet has. */
    int capturedLength() {
        return capturedLength;
    }

    /** The buffer that holds the packet; borrowed. */
    public ByteBuf buffer() {
        return buffer;
    }

    /** A view of {@link #buffer()} for reading fields with absolute gets; its position and limit must be left alone. */
    public ByteBuffer nio() {
        return nio;
    }

    /** Where the IP header starts in {@link #nio()}. */
    public int headerOffset() {
        return headerOffset;
    }

    /** Where the payload (behind IP options and extension headers) starts in {@link #nio()}. */
    public int payloadOffset() {
        return payloadOffset;
    }

    /** Where the IP header starts in {@link #buffer()}. */
    public int headerIndex() {
        return headerOffset - nioShift;
    }

    /** Where the payload starts in {@link #buffer()}. */
    public int payloadIndex() {
        return payloadOffset - nioShift;
    }

    /** Octets of payload, 0..65535: padding of the link and IP headers are not counted. */
    public int payloadLength() {
        return payloadLength;
    }

    /** Octets of the whole packet, IP headers included. */
    public int packetLength() {
        return packetLength;
    }

    public boolean ipv6() {
        return ipv6;
    }

    /** The protocol of the payload ({@link IpProtocol}): for IPv6 that of the upper layer, behind extension headers. */
    public int protocol() {
        return protocol;
    }

    /** TTL or Hop Limit, 0..255. */
    public int hopLimit() {
        return hopLimit;
    }

    /** The octet with DSCP and ECN; of a reassembled datagram, its ECN is what RFC 3168 §5.3 makes of the fragments'. */
    public int trafficClass() {
        return trafficClass;
    }

    /** The ECN field: 0 Not-ECT, 1 ECT(1), 2 ECT(0), 3 CE (RFC 3168 §5). */
    public int ecn() {
        return trafficClass & 3;
    }

    /** Where this fragment's payload belongs, in octets; 0 for everything that transports get. */
    public int fragmentOffset() {
        return fragmentOffset;
    }

    /** Whether the datagram came in fragments. */
    public boolean reassembled() {
        return reassembled;
    }

    /** Whether the transport checksum need not be verified; never for what came in fragments. */
    public boolean checksumTrusted() {
        return !reassembled && meta().checksumTrusted();
    }

    /** What the link knows about the packet; of a reassembled datagram, about the fragment that completed it. */
    public PacketMeta meta() {
        PacketMeta m = meta;
        if (m == null) {
            throw new IllegalStateException("no packet");
        }
        return m;
    }

    /** The interface the packet came in on. */
    public Interface receivedOn() {
        Interface i = receivedOn;
        if (i == null) {
            throw new IllegalStateException("no packet");
        }
        return i;
    }

    public long sourceHi() {
        return sourceHi;
    }

    public long sourceLo() {
        return sourceLo;
    }

    public long destinationHi() {
        return destinationHi;
    }

    public long destinationLo() {
        return destinationLo;
    }

    /** The source as an object: allocates. */
    public IpAddress source() {
        return AddressKey.toAddress(sourceHi, sourceLo);
    }

    /** The destination as an object: allocates. */
    public IpAddress destination() {
        return AddressKey.toAddress(destinationHi, destinationLo);
    }

    /** What kind of address the packet was sent to. */
    public Destination destinationKind() {
        return destination;
    }

    /** The sum of the pseudo-header (RFC 9293 §3.1, RFC 8200 §8.1) over {@code length} octets of the payload. */
    public long pseudoHeaderSum(int length) {
        return ipv6
                ? Checksum.pseudoHeader6(sourceHi, sourceLo, destinationHi, destinationLo, protocol, length)
                : Checksum.pseudoHeader4((int) sourceLo, (int) destinationLo, protocol, length);
    }

    /** Source, destination, protocol and lengths, for logs. */
    @Override
    public String toString() {
        return source() + " -> " + destination() + " protocol " + protocol + ", " + payloadLength + " of "
                + packetLength + " octets";
    }
}
