package io.sluice.tcp.authentication;

/**
 * A pair of a key derivation function and a message authentication code (RFC 5926 §3): {@link HmacAlgorithm} and {@link
 * CmacAlgorithm} are built in, and whoever implements this has another.
 */
public interface AuthenticationAlgorithm {
    /** The name as RFC 5926 §3.2 has it. */
    String name();

    /** Octets of the code that a segment usually carries; the option is four longer. At most {@link #longestMac}. */
    int macLength();

    /** Octets of the whole code, {@link KeyedMac#length}, of which a segment carries the first. */
    int fullLength();

    /** Octets of code that a segment can carry at most: all there are, within {@link MasterKeyTuple#MAX_MAC_LENGTH}. */
    default int longestMac() {
        return Math.min(fullLength(), MasterKeyTuple.MAX_MAC_LENGTH);
    }

    /**
     * Derives a traffic key and readies the code under it (RFC 5926 §3.1).
     *
     * @param context of {@link TrafficKeyContext}
     */
    KeyedMac trafficKey(MasterKey master, byte[] context);
}
