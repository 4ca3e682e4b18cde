package io.sluice.packetdrill.simulated;

import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.packetdrill.command.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** {@code nstat}: Linux's names of the counters that have moved since it was last called, and by how much. */
final class CounterTool implements Tool {
    private static final Map<Counter, String> NAMES = Map.ofEntries(
            Map.entry(Counter.TCP_ACTIVE_OPENS, "TcpActiveOpens"),
            Map.entry(Counter.TCP_PASSIVE_OPENS, "TcpPassiveOpens"),
            Map.entry(Counter.TCP_ATTEMPT_FAILS, "TcpAttemptFails"),
            Map.entry(Counter.TCP_ESTABLISHED_RESETS, "TcpEstabResets"),
            Map.entry(Counter.TCP_SEGMENTS_IN, "TcpInSegs"),
            Map.entry(Counter.TCP_SEGMENTS_OUT, "TcpOutSegs"),
            Map.entry(Counter.TCP_SEGMENTS_RETRANSMITTED, "TcpRetransSegs"),
            Map.entry(Counter.TCP_RESETS_OUT, "TcpOutRsts"),
            Map.entry(Counter.TCP_RTO, "TcpExtTCPTimeouts"),
            Map.entry(Counter.TCP_BACKLOG_OVERFLOWS, "TcpExtListenOverflows"),
            Map.entry(Counter.TCP_SYN_COOKIES_SENT, "TcpExtSyncookiesSent"),
            Map.entry(Counter.TCP_SYN_COOKIES_RETURNED, "TcpExtSyncookiesRecv"),
            Map.entry(Counter.TCP_SYN_COOKIES_FAILED, "TcpExtSyncookiesFailed"),
            Map.entry(Counter.TCP_ICMP_OUT_OF_WINDOW, "TcpExtOutOfWindowIcmps"),
            Map.entry(Counter.TCP_CHALLENGE_ACKS, "TcpExtTCPChallengeACK"),
            Map.entry(Counter.TCP_AO_GOOD, "TcpExtTCPAOGood"),
            Map.entry(Counter.TCP_AO_DROPPED_ICMPS, "TcpExtTCPAODroppedIcmps"),
            Map.entry(Counter.TCP_FAST_OPEN_ACTIVE, "TcpExtTCPFastOpenActive"),
            Map.entry(Counter.TCP_FAST_OPEN_ACTIVE_FAILS, "TcpExtTCPFastOpenActiveFail"),
            Map.entry(Counter.TCP_FAST_OPEN_PASSIVE, "TcpExtTCPFastOpenPassive"),
            Map.entry(Counter.TCP_FAST_OPEN_PASSIVE_FAILS, "TcpExtTCPFastOpenPassiveFail"),
            Map.entry(Counter.TCP_FAST_OPEN_PASSIVE_OLD_KEY, "TcpExtTCPFastOpenPassiveAltKey"),
            Map.entry(Counter.TCP_FAST_OPEN_LISTEN_OVERFLOWS, "TcpExtTCPFastOpenListenOverflow"),
            Map.entry(Counter.TCP_FAST_OPEN_COOKIE_REQUESTS, "TcpExtTCPFastOpenCookieReqd"),
            Map.entry(Counter.TCP_FAST_OPEN_BLACK_HOLES, "TcpExtTCPFastOpenBlackhole"));

    private static final Map<DropReason, String> DROPS = Map.of(
            DropReason.TCP_MD5_MISSING, "TcpExtTCPMD5NotFound",
            DropReason.TCP_MD5_UNEXPECTED, "TcpExtTCPMD5Unexpected",
            DropReason.TCP_MD5_WRONG, "TcpExtTCPMD5Failure",
            DropReason.TCP_AO_MISSING, "TcpExtTCPAORequired",
            DropReason.TCP_AO_UNKNOWN_KEY, "TcpExtTCPAOKeyNotFound",
            DropReason.TCP_AO_UNEXPECTED, "TcpExtTCPAOKeyNotFound",
            DropReason.TCP_AO_WRONG, "TcpExtTCPAOBad",
            DropReason.TCP_AO_ISN_UNKNOWN, "TcpExtTCPAOBad");

    private final Counters counters;
    private final Map<String, Long> seen = new TreeMap<>();

    CounterTool(Counters counters) {
        this.counters = counters;
    }

    @Override
    public Outcome run(List<String> words, List<String> input) {
        Map<String, Long> now = new TreeMap<>();
        NAMES.forEach((counter, name) -> now.merge(name, counters.get(counter), Long::sum));
        DROPS.forEach((reason, name) -> now.merge(name, counters.get(reason), Long::sum));
        List<String> lines = new ArrayList<>();
        now.forEach((name, value) -> {
            long change = value - seen.getOrDefault(name, 0L);
            if (change != 0) {
                lines.add(String.format(Locale.ROOT, "%-32s%-16d0.0", name, change));
            }
        });
        seen.putAll(now);
        return Outcome.of(lines);
    }
}
