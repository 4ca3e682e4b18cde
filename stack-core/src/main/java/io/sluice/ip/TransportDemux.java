package io.sluice.ip;

/**
 * Where {@link IpInput} hands datagrams to. Each call ends the datagram: exactly once it either counts {@link
 * io.sluice.event.Counter#PACKETS_DELIVERED} or calls {@link io.sluice.event.Counters#drop}. None may throw, and none may
 * keep the datagram or its buffer without retaining it.
 */
public interface TransportDemux {
    /** A TCP segment to a unicast address of this host; nothing behind the IP header has been looked at. */
    void onTcp(IpDatagram datagram, long nowNs);

    /** A UDP datagram to a unicast, broadcast or multicast address; nothing behind the IP header has been looked at. */
    void onUdp(IpDatagram datagram, long nowNs);

    /** An ICMP message over IPv4, or an ICMPv6 message over IPv6. */
    void onIcmp(IpDatagram datagram, long nowNs);

    /**
     * A datagram of another protocol.
     *
     * @return false if nobody here speaks it: then nothing was counted, and the sender is told
     */
    default boolean onOther(IpDatagram datagram, long nowNs) {
        return false;
    }
}
