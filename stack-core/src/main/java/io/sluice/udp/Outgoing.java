package io.sluice.udp;

import io.netty.buffer.ByteBuf;
import io.sluice.link.Path;
import org.jspecify.annotations.Nullable;

/** A datagram that was accepted and waits for its link. Reused. */
final class Outgoing {
    /** There are no options. */
    static final int ALL = -1;

    @Nullable ByteBuf payload;

    @Nullable Path path;

    int sourcePort;
    int destinationPort;
    int hopLimit;
    int trafficClass;
    int flowLabel;
    boolean checksum;
    boolean dontFragment;
    int chargedBytes;
    /** Octets of {@link #payload} that are user data, if options follow them; else {@link #ALL}. */
    int userLength = ALL;

    /** Octets of a packet at most, for who knows better than the path MTU cache; else 0. */
    int mtu;

    /** Goes the same way as {@code other}. */
    void copyFrom(Outgoing other) {
        path = other.path;
        sourcePort = other.sourcePort;
        destinationPort = other.destinationPort;
        hopLimit = other.hopLimit;
        trafficClass = other.trafficClass;
        flowLabel = other.flowLabel;
        checksum = other.checksum;
        dontFragment = other.dontFragment;
        mtu = other.mtu;
    }

    /** Lets go of the payload. */
    void release() {
        if (payload != null) {
            payload.release();
            payload = null;
        }
        path = null;
        userLength = ALL;
        mtu = 0;
    }
}
