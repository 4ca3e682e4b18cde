package io.sluice.packetdrill.simulated;

import io.sluice.link.Link;

/** The link of the host under test, as far as commands of scripts change it. */
public interface ScriptedLink extends Link {
    /** Whether a segment that is larger than the MTU leaves as one. */
    void wholeSuperSegments(boolean on);

    /** Whether its queue has room for packets; at first it has. */
    void hasRoom(boolean on);
}
