package io.sluice.packetdrill.differential;

import io.sluice.packetdrill.run.LinuxDefaults;
import io.sluice.tcp.Knob;
import io.sluice.tcp.TcpProfile;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStacks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the random scripts are about, and how the two are set up for it. */
public enum Topic {
    /** Everything that a segment or a call can do; both acknowledge all at once, so that most shows in the step that causes it. */
    EVERYTHING,
    /** The same where acknowledgments may wait, as they do by default. */
    WAITING_ACKS,
    /** What a sender makes of losses, reordering and duplicates, with RACK-TLP. */
    LOSS_RECOVERY;

    /** Recovery as the default stack does it: no probes for the tail, no RACK. */
    private static final Map<String, String> WITHOUT_RACK =
            Map.of("net.ipv4.tcp_early_retrans", "0", "net.ipv4.tcp_recovery", "0");

    private static final String FAST_OPEN = "net.ipv4.tcp_fastopen";
    private static final String CONGESTION_CONTROL = "net.ipv4.tcp_congestion_control";

    private static final List<String> SENDER = List.of(
            "tcpi_ca_state",
            "tcpi_snd_cwnd",
            "tcpi_snd_ssthresh",
            "tcpi_unacked",
            "tcpi_sacked",
            "tcpi_lost",
            "tcpi_retrans",
            "tcpi_reordering");

    TcpProfile profile() {
        return this == WAITING_ACKS
                ? TcpProfile.LINUX
                : TcpProfile.LINUX.with(Knob.ADAPTIVE_ACKS, 0).with(Knob.QUICK_ACK_SEGMENTS, Short.MAX_VALUE);
    }

    TcpStack stack() {
        return this == LOSS_RECOVERY
                ? Objects.requireNonNull(TcpStacks.installed().named("rack"))
                : TcpStack.DEFAULT;
    }

    /** What both are told that is not as {@link LinuxDefaults} has it, by the names of sysctl. */
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(FAST_OPEN, "0");
        settings.put(CONGESTION_CONTROL, this == LOSS_RECOVERY ? "cubic" : "reno");
        if (this != LOSS_RECOVERY) {
            settings.putAll(WITHOUT_RACK);
        }
        return settings;
    }

    /** How much earlier or later the kernel's timers may go off, in each pause of a script: a few ticks, of each RTT that was measured, too. */
    long granularityNs() {
        return this == LOSS_RECOVERY ? 40_000_000 : 16_000_000;
    }

    /** Whether what a step leads to depends on how long after others it comes: then no pause may be left out, nor differences be explained without. */
    boolean dependsOnTimes() {
        return this == LOSS_RECOVERY;
    }

    /** What of TCP_INFO is compared after each step, besides the state. */
    List<String> watched() {
        return this == LOSS_RECOVERY ? SENDER : List.of();
    }
}
