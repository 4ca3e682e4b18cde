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
 * @param failures what was found not to work
 * @param countersSeen the peer has sent the option with counters
 * @param optionZeroed the first of them was zero, which it cannot have been when it was sent (RFC 9768 §3.2.3.2.4)
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
        boolean optionSeen,
        Failures failures,
        boolean countersSeen,
        boolean optionZeroed) {
    /**
     * What was found not to work.
     *
     * @param silent a SYN-ACK had to leave that said nothing of ECN (RFC 9768 §3.2.3.2.2): nothing is sent ECN-capable
     * @param mangled the field in IP headers or what is told of it was changed on the way: the same
     * @param optionLost what has an option does not arrive, and none is sent (RFC 9768 §3.2.3.2.2)
     * @param optionIgnored the peer's option is not believed (RFC 9768 §3.2.3.2.4)
     */
    public record Failures(boolean silent, boolean mangled, boolean optionLost, boolean optionIgnored) {}
}
