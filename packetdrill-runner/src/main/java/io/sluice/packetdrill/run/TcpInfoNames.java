package io.sluice.packetdrill.run;

import io.sluice.api.LinuxTcpInfo;
import io.sluice.packetdrill.language.Symbols;
import io.sluice.posix.OpenSocket;
import io.sluice.posix.PosixSockets;
import io.sluice.tcp.TcpInfo;
import io.sluice.tcp.TcpState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The fields of {@code tcp_info} by their names in C, with the units of the kernel that the stack is to look like. */
final class TcpInfoNames {
    private final RunConfig config;
    private final PosixSockets sockets;

    TcpInfoNames(RunConfig config, PosixSockets sockets) {
        this.config = config;
        this.sockets = sockets;
    }

    /** What {@code name} stands for where it is no field. */
    static OptionalLong symbol(String name, Symbols symbols) {
        return name.equals("TCP_INFINITE_SSTHRESH")
                ? OptionalLong.of(LinuxTcpInfo.INFINITE_SSTHRESH)
                : symbols.value(name);
    }

    /** The fields of the socket {@code fd}, as they are now. */
    Map<String, Object> fields(int fd, long nowNs) {
        Map<String, Object> fields = new HashMap<>();
        sockets.list().stream().filter(s -> s.fd() == fd).findFirst().ifPresent(s -> {
            fields.put("tcpi_state", state(s.state()));
            fields.put("tcpi_options", 0L);
            if (config.personality().posix().countsWindowInSegments()) {
                putUnconnected(fields, s);
            }
        });
        TcpInfo info = sockets.tcpInfo(fd);
        if (info != null) {
            fields.putAll(LinuxTcpInfo.of(info, nowNs));
            if (!config.personality().posix().countsWindowInSegments()) {
                fields.put("tcpi_state", state(info.state()));
                putFreeBsd(fields, info);
            }
        }
        return fields;
    }

    /** What Linux tells of a socket that has no connection: of a listener how many wait for accept, and how many may. */
    private static void putUnconnected(Map<String, Object> fields, OpenSocket s) {
        boolean listens = s.state() == TcpState.LISTEN;
        for (String zero :
                List.of("ca_state", "retransmits", "probes", "backoff", "rtt", "retrans", "lost", "total_retrans")) {
            fields.put("tcpi_" + zero, 0L);
        }
        fields.put("tcpi_unacked", (long) s.waiting());
        fields.put("tcpi_sacked", (long) s.backlog());
        fields.put("tcpi_snd_cwnd", 10L);
        fields.put("tcpi_reordering", 3L);
        fields.put("tcpi_snd_mss", listens ? 0L : 536L);
        fields.put("tcpi_snd_ssthresh", listens ? 0L : LinuxTcpInfo.INFINITE_SSTHRESH);
        fields.put("tcpi_rto", listens ? 0L : 1_000_000L);
        fields.put("tcpi_rttvar", listens ? 0L : 250_000L);
        fields.put("tcpi_min_rtt", listens ? 0L : 0xFFFF_FFFFL);
        fields.put("tcpi_pacing_rate", -1L);
        fields.put("tcpi_max_pacing_rate", -1L);
    }

    /** FreeBSD counts the window in octets, and has its own constants for the options and states. */
    private void putFreeBsd(Map<String, Object> fields, TcpInfo i) {
        fields.put("tcpi_options", options(i));
        fields.put("tcpi_snd_cwnd", i.cwndBytes());
        fields.put("tcpi_snd_ssthresh", Math.min(i.ssthreshBytes(), LinuxTcpInfo.INFINITE_SSTHRESH));
        fields.put("tcpi_rcv_space", i.receiver().announcedWindowBytes());
    }

    private long options(TcpInfo i) {
        Symbols symbols = config.personality().symbols();
        long options = 0;
        options |= i.timestamps() ? symbols.value("TCPI_OPT_TIMESTAMPS").orElse(0) : 0;
        options |= i.sackPermitted() ? symbols.value("TCPI_OPT_SACK").orElse(0) : 0;
        options |= i.windowScaling() ? symbols.value("TCPI_OPT_WSCALE").orElse(0) : 0;
        options |= i.ecn() ? symbols.value("TCPI_OPT_ECN").orElse(0) : 0;
        options |= i.synDataAccepted() ? symbols.value("TCPI_OPT_SYN_DATA").orElse(0) : 0;
        options |= i.ecnSeen() ? symbols.value("TCPI_OPT_ECN_SEEN").orElse(0) : 0;
        return options;
    }

    private long state(TcpState state) {
        Symbols symbols = config.personality().symbols();
        return symbols.value("TCPI_" + state)
                .orElseGet(() -> symbols.value(linuxName(state)).orElse(-1));
    }

    private static String linuxName(TcpState state) {
        return switch (state) {
            case CLOSED -> "TCP_CLOSE";
            case SYN_RECEIVED -> "TCP_SYN_RECV";
            case FIN_WAIT_1 -> "TCP_FIN_WAIT1";
            case FIN_WAIT_2 -> "TCP_FIN_WAIT2";
            default -> "TCP_" + state;
        };
    }
}
