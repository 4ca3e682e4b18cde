package io.sluice.tcp;

import io.sluice.event.DropReason;
import io.sluice.link.OutboundPacket;
import io.sluice.link.Path;
import org.jspecify.annotations.Nullable;

/** What vouches for the segments of one flow: {@link AoSignature} (RFC 5925) or {@link Md5Signature} (RFC 2385). */
interface Signature {
    /** Octets of options on each segment that leaves, a multiple of four. */
    int optionLength();

    /**
     * Signs a segment that is complete but for its checksum, and whose options leave room.
     *
     * @param path where it goes
     * @param tcp the index of its header in {@code packet.header()}
     * @return the length of its header
     */
    int sign(Path path, OutboundPacket packet, int tcp, int headerLength);

    /**
     * Judges a received segment, of which nothing but its addresses and ports was looked at: null if it is authentic.
     *
     * @param opening whether the connection is in SYN-SENT, and takes the peer's ISN from its SYN
     */
    @Nullable DropReason judge(Segment seg, boolean opening);

    /** Wipes what is secret. */
    void close();
}
