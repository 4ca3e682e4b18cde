package io.sluice.link;

import io.sluice.event.Pollable;
import org.jspecify.annotations.Nullable;

/** A socket that may have something to send: a place in the host's {@link TransmitRing}. */
public abstract class Transmittable extends Pollable {
    boolean inRing;
    /** The ring is asking this socket to transmit. */
    boolean visited;
    /** The socket was added while it was asked. */
    boolean again;

    int deficitBytes;

    @Nullable Link blockedOn;

    /** Whether the ring will ask it, in its turn or when the link that it waits for has room. */
    public final boolean isInRing() {
        return inRing || again || blockedOn != null;
    }

    /** Whether it waits in the ring for a link that is busy. */
    public final boolean isBlocked() {
        return blockedOn != null;
    }

    /** How a visit of the ring ended. */
    public enum Outcome {
        /** Nothing more to send now; the socket leaves the ring. */
        DONE,
        /** The budget is used up and there is more. */
        MORE,
        /** The link is busy; the socket waits for it. */
        BLOCKED
    }

    /**
     * Sends at most about {@code budgetBytes} octets of packets: it may exceed the budget by one packet.
     *
     * @param out the ring, which carries the packet and counts what leaves
     */
    protected abstract Outcome transmit(TransmitRing out, int budgetBytes, long nowNs);
}
