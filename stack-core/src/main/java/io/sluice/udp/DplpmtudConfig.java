package io.sluice.udp;

import io.sluice.ip.PathMtuCache;

/**
 * The constants and timers of a search for the path MTU (RFC 8899 §5.1). Sizes are octets of IP packets.
 *
 * @param maxProbes MAX_PROBES: probes that may be lost in a row
 * @param probeTimerNs PROBE_TIMER: how long an answer may take, at least a second, and better more than 15
 * @param raiseTimerNs PMTU_RAISE_TIMER: when a larger size is tried again
 * @param confirmationTimerNs CONFIRMATION_TIMER: when the size is confirmed again; less than the former
 * @param basePlpmtu BASE_PLPMTU: a size that passes almost everywhere; raised to the least that the family allows
 * @param maxPlpmtu MAX_PLPMTU, beside what the link says
 */
public record DplpmtudConfig(
        int maxProbes, long probeTimerNs, long raiseTimerNs, long confirmationTimerNs, int basePlpmtu, int maxPlpmtu) {
    private static final long SECOND_NS = 1_000_000_000L;

    /** What the RFC recommends. */
    public static final DplpmtudConfig STANDARD =
            new DplpmtudConfig(3, 16 * SECOND_NS, 600 * SECOND_NS, 60 * SECOND_NS, 1200, 0xFFFF);

    public DplpmtudConfig {
        if (maxProbes < 1 || maxProbes > 255) {
            throw new IllegalArgumentException("MAX_PROBES " + maxProbes);
        }
        if (probeTimerNs < SECOND_NS) {
            throw new IllegalArgumentException("PROBE_TIMER " + probeTimerNs + " ns"); // RFC 8899 §5.1.1: MUST NOT
        }
        if (confirmationTimerNs >= raiseTimerNs) {
            throw new IllegalArgumentException("CONFIRMATION_TIMER " + confirmationTimerNs + " ns");
        }
    }

    /** The same with another PROBE_TIMER. */
    public DplpmtudConfig withProbeTimerNs(long ns) {
        return new DplpmtudConfig(maxProbes, ns, raiseTimerNs, confirmationTimerNs, basePlpmtu, maxPlpmtu);
    }

    /** MIN_PLPMTU: what every link of the family carries, for IPv4 as {@link PathMtuCache#MIN_MTU4} argues. */
    int minPlpmtu(boolean ipv6) {
        return ipv6 ? PathMtuCache.MIN_MTU6 : PathMtuCache.MIN_MTU4;
    }
}
