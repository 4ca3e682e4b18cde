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

    /** A day: longer than anything here has to be. */
    private static final long LONGEST_NS = 86_400 * SECOND_NS;

    /** @throws IllegalArgumentException if a number is less than 1, a time more than a day, or more are asked for than there may be */
    public NeighborLimits {
        boolean counts =
                maxUnresolved >= 1 && maxUnresolved <= maxNeighbors && maxWaitingPackets >= 1 && maxSolicitations >= 1;
        if (!counts || !isTime(retransNs) || !isTime(reachableNs) || !isTime(delayNs)) {
            throw new IllegalArgumentException("no limits of a neighbour cache");
        }
    }

    private static boolean isTime(long ns) {
        return ns >= 1 && ns <= LONGEST_NS;
    }

    /** 1024 neighbours, 64 of them unresolved, 3 packets waiting for each; the times of RFC 4861 §10. */
    public static final NeighborLimits DEFAULT =
            new NeighborLimits(1024, 64, 3, SECOND_NS, 30 * SECOND_NS, 5 * SECOND_NS, 3);
}
