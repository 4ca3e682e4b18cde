package io.sluice.icmp;

import io.sluice.wire.AddressKey;
import io.sluice.wire.Icmpv4Code;
import io.sluice.wire.Icmpv4Type;
import io.sluice.wire.Icmpv6Code;
import io.sluice.wire.Icmpv6Type;
import io.sluice.wire.IpAddress;

/**
 * A received ICMP error and the packet of ours that it quotes. One instance is reused; it is valid only during the call
 * that passes it. Addresses are keys ({@link AddressKey}).
 *
 * <p>Anybody can send such a message: a transport believes it only as far as what is quoted proves that its sender saw the
 * packet (RFC 5927 §4).
 */
public final class IcmpError {
    private boolean ipv6;
    private IcmpErrorKind kind = IcmpErrorKind.UNKNOWN;
    private int type;
    private int code;
    private int mtu;
    private long localHi;
    private long localLo;
    private long remoteHi;
    private long remoteLo;
    private long reporterHi;
    private long reporterLo;
    private int quotedHopLimit;
    private int protocol;
    private int localPort;
    private int remotePort;
    private int sequenceNumber;
    private boolean hasInner;
    private int innerPorts;
    private int innerSequenceNumber;

    IcmpError() {}

    void message(boolean isIpv6, IcmpErrorKind newKind, int newType, int newCode, int newMtu) {
        ipv6 = isIpv6;
        kind = newKind;
        type = newType;
        code = newCode;
        mtu = newMtu;
    }

    void quotedHopLimit(int hopLimit) {
        quotedHopLimit = hopLimit;
    }

    void local(long hi, long lo) {
        localHi = hi;
        localLo = lo;
    }

    void remote(long hi, long lo) {
        remoteHi = hi;
        remoteLo = lo;
    }

    void reporter(long hi, long lo) {
        reporterHi = hi;
        reporterLo = lo;
    }

    void transport(int newProtocol, int newLocalPort, int newRemotePort, int newSequenceNumber) {
        protocol = newProtocol;
        localPort = newLocalPort;
        remotePort = newRemotePort;
        sequenceNumber = newSequenceNumber;
        hasInner = false;
    }

    /** TTL or hop limit that the quoted packet still had. */
    public int quotedHopLimit() {
        return quotedHopLimit;
    }

    /** The quoted packet was a UDP datagram; these are the first eight octets of what it carried. */
    void inner(int ports, int newSequenceNumber) {
        hasInner = true;
        innerPorts = ports;
        innerSequenceNumber = newSequenceNumber;
    }

    public boolean ipv6() {
        return ipv6;
    }

    public IcmpErrorKind kind() {
        return kind;
    }

    /**
     * Whether authenticated connections ignore it unless they are told otherwise (RFC 5925 §7.8): IPv4 type 3 codes 2 to 4, "hard
     * errors", and IPv6 type 1 codes 1 and 4.
     */
    public boolean isHardForAuthenticated() {
        if (ipv6) {
            return type == Icmpv6Type.DESTINATION_UNREACHABLE
                    && (code == Icmpv6Code.ADMINISTRATIVELY_PROHIBITED || code == Icmpv6Code.PORT_UNREACHABLE);
        }
        return type == Icmpv4Type.DESTINATION_UNREACHABLE
                && code >= Icmpv4Code.PROTOCOL_UNREACHABLE
                && code <= Icmpv4Code.FRAGMENTATION_NEEDED;
    }

    /** The ICMP type as it was in the message. */
    public int type() {
        return type;
    }

    /** The ICMP code as it was in the message. */
    public int code() {
        return code;
    }

    /** With {@link IcmpErrorKind#PACKET_TOO_BIG}, octets of packet that would have passed; 68 or 1280 at least. */
    public int mtu() {
        return mtu;
    }

    /** Who sent the packet that is quoted: an address of this host. */
    public long localHi() {
        return localHi;
    }

    public long localLo() {
        return localLo;
    }

    /** Where it was going. */
    public long remoteHi() {
        return remoteHi;
    }

    public long remoteLo() {
        return remoteLo;
    }

    /** The same as an object: allocates. */
    public IpAddress remote() {
        return AddressKey.toAddress(remoteHi, remoteLo);
    }

    /** Who sent the error. */
    public IpAddress reporter() {
        return AddressKey.toAddress(reporterHi, reporterLo);
    }

    /** The protocol of the quoted packet. */
    public int protocol() {
        return protocol;
    }

    public int localPort() {
        return localPort;
    }

    public int remotePort() {
        return remotePort;
    }

    /** Whether the quoted packet is a UDP datagram of which enough is quoted to see the TCP segment it may carry. */
    public boolean hasInner() {
        return hasInner;
    }

    /** Of a TCP segment in the quoted UDP datagram, the port of this host. */
    public int innerLocalPort() {
        return innerPorts >>> 16;
    }

    /** Of a TCP segment in the quoted UDP datagram, the port of the peer. */
    public int innerRemotePort() {
        return innerPorts & 0xFFFF;
    }

    /** Of a TCP segment in the quoted UDP datagram, its sequence number. */
    public int innerSequenceNumber() {
        return innerSequenceNumber;
    }

    /** The first four octets behind the UDP header of a quoted datagram; see {@link #hasInner}. */
    public int innerFirstWord() {
        return innerPorts;
    }

    /** The four octets behind those. */
    public int innerSecondWord() {
        return innerSequenceNumber;
    }

    /** Of a quoted TCP segment, its sequence number. */
    public int sequenceNumber() {
        return sequenceNumber;
    }
}
