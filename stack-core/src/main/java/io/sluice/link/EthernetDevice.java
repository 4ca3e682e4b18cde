package io.sluice.link;

/**
 * A link that carries Ethernet frames rather than IP packets: a TAP device. What is received from it starts with an Ethernet
 * header; what it is given has one in {@link OutboundPacket#linkHeader()}. Its host resolves addresses by ARP and NDP.
 */
public interface EthernetDevice extends Link {
    /** The MAC address of this side: 48 bits, the first octet on the wire being the highest. */
    long macAddress();
}
