package io.sluice.ip;

/**
 * What the neighbours of one interface may cost, and how long they are waited for and believed (RFC 4861 §10; RFC 6583 §6).
 *
 * @param maxNeighbors neighbours that are known or asked for at a time; the one that was heard of longest ago gives way
 * @param maxUnresolved those that are asked for: so many spoofed addresses cannot push out those that are known
 * @param maxWaitingPackets packets that wait for one neighbour; the oldest gives way (RFC 4861 §7.2.2)
 * @param retransNs RETRANS_TIMER: between solicitations
 * @param reachableNs REACHABLE_TIME: how long a neighbour is believed after it was heard of
 * @param delayNs DELAY_FIRST_PROBE_TIME: how long upper layers may take to show that it is there
 * @param maxSolicitations MAX_MULTICAST_SOLICIT and MAX_UNICAST_SOLICIT
 */
public record NeighborLimits(
        int maxNeighbors,
        int maxUnresolved,
        int maxWaitingPackets,
        long retransNs,
        long reachableNs,
        long delayNs,
        int maxSolicitations) {
    private static final long SECOND_NS = 1_000_000_000L;

    /** 1024 neighbours, 64 of them unresolved, 3 packets waiting for each; the times of RFC 4861 §10. */
    public static final NeighborLimits DEFAULT =
            new NeighborLimits(1024, 64, 3, SECOND_NS, 30 * SECOND_NS, 5 * SECOND_NS, 3);
}
