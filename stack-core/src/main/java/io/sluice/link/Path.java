package io.sluice.link;

import io.sluice.wire.Checksum;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.UdpHeader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The way from a local to a remote address: link, addresses, and what goes into the IP header. Each socket that is
 * connected has its own. Mutable where a connection's life changes it (path MTU, TTL, DSCP); confined to the host's
 * thread.
 */
public final class Path {
    /** RFC 1122 §3.2.1.7 and the IANA registry of IP parameters: the default TTL; RFC 4861 §6.3.2 for IPv6. */
    public static final int DEFAULT_HOP_LIMIT = 64;

    private static final int IPV4_HEADER_LENGTH = 20;
    private static final int IPV6_HEADER_LENGTH = 40;
    private static final int MAX_OVERHEAD = 1024;
    private static final int IPV4_DONT_FRAGMENT = 0x4000;

    private final Link link;
    private final IpAddress local;
    private final IpAddress remote;
    private int mtu;
    private short hopLimit;
    private short trafficClass;
    private int flowLabel;
    private int identification;
    private boolean dontFragment = true;
    private char localUdpPort;
    private char remoteUdpPort;
    private short overheadBytes;
    private char advertisedMss;
    private char initialWindowSegments;
    private @Nullable Object nextHop;

    /** A path whose MTU is the link's. Both addresses are of the same family. */
    public Path(Link link, IpAddress local, IpAddress remote) {
        this.link = link;
        this.local = local;
        this.remote = remote;
        mtu = linkMtu();
        hopLimit = (short) link.hopLimit(ipv6());
    }

    /** What the link carries of this family. */
    public int linkMtu() {
        return link.mtu(ipv6());
    }

    public Link link() {
        return link;
    }

    public IpAddress local() {
        return local;
    }

    public IpAddress remote() {
        return remote;
    }

    public boolean ipv6() {
        return remote.isV6();
    }

    /** The MSS that TCP announces at most, because the route says so; 0 if it does not. */
    public int advertisedMss() {
        return advertisedMss;
    }

    /** Limits what TCP announces: an MSS of 1 to 65535, or 0 for no limit. */
    public void advertisedMss(int mss) {
        advertisedMss = (char) mss;
    }

    /** TCP's initial window, if the route says one; else 0. */
    public int initialWindowSegments() {
        return initialWindowSegments;
    }

    /** Sets the initial window: 1 to 65535 segments, or 0 for the usual one. */
    public void initialWindowSegments(int segments) {
        initialWindowSegments = (char) segments;
    }

    /** The path MTU (RFC 1191, RFC 8201) in octets: at most the link's. */
    public int mtu() {
        return mtu;
    }

    /** Sets it; what is more than the link carries counts as that. */
    public void mtu(int newMtu) {
        mtu = Math.min(newMtu, linkMtu());
    }

    /**
     * Puts every packet of this path into a UDP datagram, for networks that only let UDP through: TCP over UDP, done as RFC
     * 6951 §5 does it for SCTP.
     *
     * @param localPort where the datagrams come from, 1 to 65535
     * @param remotePort where they go to, 1 to 65535; 0 to send without UDP again
     * @param overhead octets by which segments are smaller than without: at least the 8 of a UDP header, at most 1024
     */
    public void encapsulate(int localPort, int remotePort, int overhead) {
        localUdpPort = (char) localPort;
        remoteUdpPort = (char) remotePort;
        overheadBytes = (short) (remotePort == 0 ? 0 : Math.min(MAX_OVERHEAD, Math.max(UdpHeader.LENGTH, overhead)));
    }

    /** Whether packets of this path travel in UDP datagrams. */
    public boolean isEncapsulated() {
        return remoteUdpPort != 0;
    }

    /** The UDP port that the peer has the datagrams sent to, or 0 without {@link #encapsulate}. */
    public int remoteUdpPort() {
        return remoteUdpPort;
    }

    /** Octets that encapsulation takes of each packet. */
    public int overheadBytes() {
        return overheadBytes;
    }

    /** Octets of payload that the link takes at once to cut them itself: none of what it would not know how to cut. */
    public int maxSegmentationBytes() {
        return isEncapsulated() ? 0 : link.maxSegmentationBytes(ipv6());
    }

    /** Octets of the IP header in each packet, and of the UDP header that encapsulates what follows. */
    public int headerLength() {
        return (ipv6() ? IPV6_HEADER_LENGTH : IPV4_HEADER_LENGTH) + (isEncapsulated() ? UdpHeader.LENGTH : 0);
    }

    /** The TTL or hop limit of packets that leave, 0 to 255. */
    public int hopLimit() {
        return hopLimit;
    }

    /** Sets it; the lowest 8 bits count. */
    public void hopLimit(int newHopLimit) {
        hopLimit = (short) (newHopLimit & 0xFF);
    }

    /** DSCP and ECN (RFC 2474, RFC 3168): the octet as it stands in the header. */
    public int trafficClass() {
        return trafficClass;
    }

    /** Sets it; the lowest 8 bits count. */
    public void trafficClass(int newTrafficClass) {
        trafficClass = (short) (newTrafficClass & 0xFF);
    }

    /** RFC 6437; ignored for IPv4. */
    public void flowLabel(int newFlowLabel) {
        flowLabel = newFlowLabel & 0xFFFFF;
    }

    /** Where the IPv4 identification starts (RFC 6864); ignored for IPv6. */
    public void identification(int first) {
        identification = first;
    }

    public boolean dontFragment() {
        return dontFragment;
    }

    public void dontFragment(boolean set) {
        dontFragment = set;
    }

    /** What the link remembers of this way, or null. */
    public @Nullable Object nextHop() {
        return nextHop;
    }

    /** For the link alone: whom packets go to, so that it need not look for each; the link knows for how long that holds. */
    public void nextHop(@Nullable Object found) {
        nextHop = found;
    }

    /** Octets that a packet on this path can carry behind the IP header. */
    public int maxPayload() {
        return mtu - headerLength();
    }

    /**
     * Writes the IP header of one packet (or super-segment) at index 0, and behind it the UDP header of what is encapsulated,
     * whose checksum is left to whoever writes the rest.
     *
     * @param payloadLength octets behind these headers
     * @param ecn the two ECN bits, or'ed into the traffic class
     * @return {@link #headerLength}
     */
    public int emitHeader(ByteBuffer b, int payloadLength, int protocol, int ecn) {
        if (!isEncapsulated()) {
            return emitIpHeader(b, payloadLength, protocol, ecn);
        }
        int at = emitIpHeader(b, UdpHeader.LENGTH + payloadLength, IpProtocol.UDP, ecn);
        b.putShort(at, (short) localUdpPort);
        b.putShort(at + 2, (short) remoteUdpPort);
        b.putInt(at + 4, (UdpHeader.LENGTH + payloadLength) << 16);
        return at + UdpHeader.LENGTH;
    }

    private int emitIpHeader(ByteBuffer b, int payloadLength, int protocol, int ecn) {
        if (ipv6()) {
            b.putInt(0, 6 << 28 | (trafficClass | ecn) << 20 | flowLabel);
            b.putShort(4, (short) payloadLength);
            b.put(6, (byte) protocol);
            b.put(7, (byte) hopLimit);
            b.putLong(8, local.hi());
            b.putLong(16, local.lo());
            b.putLong(24, remote.hi());
            b.putLong(32, remote.lo());
            return IPV6_HEADER_LENGTH;
        }
        b.put(0, (byte) 0x45);
        b.put(1, (byte) (trafficClass | ecn));
        b.putShort(2, (short) (IPV4_HEADER_LENGTH + payloadLength));
        b.putShort(4, (short) identification++);
        b.putShort(6, (short) (dontFragment ? IPV4_DONT_FRAGMENT : 0));
        b.put(8, (byte) hopLimit);
        b.put(9, (byte) protocol);
        b.putShort(10, (short) 0);
        b.putInt(12, local.v4());
        b.putInt(16, remote.v4());
        b.putShort(10, Checksum.finish(Checksum.sum(b, 0, IPV4_HEADER_LENGTH, 0)));
        return IPV4_HEADER_LENGTH;
    }

    /** The sum of the pseudo-header (RFC 9293 §3.1, RFC 8200 §8.1) of {@code length} octets of transport data. */
    public long pseudoHeaderSum(int protocol, int length) {
        return ipv6()
                ? Checksum.pseudoHeader6(local.hi(), local.lo(), remote.hi(), remote.lo(), protocol, length)
                : Checksum.pseudoHeader4(local.v4(), remote.v4(), protocol, length);
    }

    @Override
    public String toString() {
        return local + " -> " + remote + " via " + link.name() + " mtu " + mtu;
    }
}
