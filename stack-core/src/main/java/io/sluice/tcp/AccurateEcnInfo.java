package io.sluice.tcp;

/**
 * What a connection with Accurate ECN (RFC 9768) has counted, beyond the handshake.
 *
 * @param receivedCePackets packets that came marked
 * @param receivedEct0Bytes octets of data that came as ECT(0); modulo 2^32, as the following
 * @param receivedEct1Bytes as ECT(1)
 * @param receivedCeBytes marked
 * @param deliveredCePackets packets that the peer says came marked
 * @param deliveredEct0Bytes octets of data that the peer's option says came as ECT(0)
 * @param deliveredEct1Bytes as ECT(1)
 * @param deliveredCeBytes marked
 * @param mangled the path or the peer was found to spoil ECN: nothing is sent ECN-capable
 * @param optionSeen the peer has sent the option
 */
public record AccurateEcnInfo(
        int receivedCePackets,
        int receivedEct0Bytes,
        int receivedEct1Bytes,
        int receivedCeBytes,
        int deliveredCePackets,
        int deliveredEct0Bytes,
        int deliveredEct1Bytes,
        int deliveredCeBytes,
        boolean mangled,
        boolean optionSeen) {}
