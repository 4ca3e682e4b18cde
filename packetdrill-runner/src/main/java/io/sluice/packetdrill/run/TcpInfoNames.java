package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.Symbols;
import io.sluice.posix.PosixSockets;
import io.sluice.tcp.AccurateEcnInfo;
import io.sluice.tcp.TcpInfo;
import io.sluice.tcp.TcpState;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** The fields of {@code tcp_info} by their names in C, with the units of the kernel that the stack is to look like. */
final class TcpInfoNames {
    private static final long NS_PER_MICROSECOND = 1_000;
    private static final long NS_PER_MS = 1_000_000;

    /** Linux's name for a threshold that was never set, and its value. */
    private static final long INFINITE_SSTHRESH = 0x7FFF_FFFFL;

    private static final long CA_OPEN = 0;
    private static final long CA_DISORDER = 1;
    private static final long CA_RECOVERY = 3;
    private static final long CA_LOSS = 4;

    private final RunConfig config;
    private final PosixSockets sockets;

    TcpInfoNames(RunConfig config, PosixSockets sockets) {
        this.config = config;
        this.sockets = sockets;
    }

    /** What {@code name} stands for where it is no field. */
    static OptionalLong symbol(String name, Symbols symbols) {
        return name.equals("TCP_INFINITE_SSTHRESH") ? OptionalLong.of(INFINITE_SSTHRESH) : symbols.value(name);
    }

    /** The fields of the socket {@code fd}, as they are now. */
    Map<String, Object> fields(int fd, long nowNs) {
        Map<String, Object> fields = new HashMap<>();
        sockets.list().stream().filter(s -> s.fd() == fd).findFirst().ifPresent(s -> {
            fields.put("tcpi_state", state(s.state()));
            fields.put("tcpi_options", 0L);
        });
        TcpInfo info = sockets.tcpInfo(fd);
        if (info != null) {
            put(fields, info);
            int sinceData = (int) (nowNs / NS_PER_MS) - info.lastDataReceivedMs();
            fields.put("tcpi_last_data_recv", Integer.toUnsignedLong(sinceData));
        }
        return fields;
    }

    private void put(Map<String, Object> fields, TcpInfo i) {
        long segment = config.personality().posix().countsWindowInSegments() ? Math.max(1, i.sendMss()) : 1;
        fields.put("tcpi_options", options(i));
        fields.put("tcpi_ca_state", congestionState(i));
        fields.put("tcpi_backoff", (long) i.backoff());
        fields.put("tcpi_snd_mss", (long) i.sendMss());
        fields.put("tcpi_advmss", (long) i.announcedMss());
        fields.put("tcpi_rto", i.rtoNs() / NS_PER_MICROSECOND);
        fields.put("tcpi_rtt", i.srttNs() / NS_PER_MICROSECOND);
        fields.put("tcpi_rttvar", i.rttvarNs() / NS_PER_MICROSECOND);
        fields.put("tcpi_min_rtt", i.minRttNs() / NS_PER_MICROSECOND);
        fields.put("tcpi_snd_cwnd", i.cwndBytes() / segment);
        fields.put(
                "tcpi_snd_ssthresh",
                i.ssthreshBytes() >= INFINITE_SSTHRESH ? INFINITE_SSTHRESH : i.ssthreshBytes() / segment);
        fields.put("tcpi_snd_wnd", i.sendWindowBytes());
        fields.put("tcpi_rcv_space", i.receiveWindowBytes());
        fields.put("tcpi_unacked", segments(i.unackedBytes(), i));
        fields.put("tcpi_sacked", segments(i.sackedBytes(), i));
        fields.put("tcpi_lost", segments(i.lostBytes(), i));
        fields.put("tcpi_retrans", segments(i.retransmittedBytes(), i));
        fields.put("tcpi_delivered", (long) i.deliveredSegments());
        fields.put("tcpi_notsent_bytes", i.unsentBytes());
        fields.put("tcpi_reordering", (long) i.reordering());
        AccurateEcnInfo accurate = i.accurateEcn();
        if (accurate != null) {
            fields.put("tcpi_received_ce", (long) accurate.receivedCePackets());
            fields.put("tcpi_received_e0_bytes", Integer.toUnsignedLong(accurate.receivedEct0Bytes()));
            fields.put("tcpi_received_e1_bytes", Integer.toUnsignedLong(accurate.receivedEct1Bytes()));
            fields.put("tcpi_received_ce_bytes", Integer.toUnsignedLong(accurate.receivedCeBytes()));
            fields.put("tcpi_delivered_ce", (long) accurate.deliveredCePackets());
            fields.put("tcpi_delivered_e0_bytes", Integer.toUnsignedLong(accurate.deliveredEct0Bytes()));
            fields.put("tcpi_delivered_e1_bytes", Integer.toUnsignedLong(accurate.deliveredEct1Bytes()));
            fields.put("tcpi_delivered_ce_bytes", Integer.toUnsignedLong(accurate.deliveredCeBytes()));
        }
    }

    private static long congestionState(TcpInfo i) {
        if (i.recovering() || i.recoveringFromTimeout()) {
            return i.recovering() ? CA_RECOVERY : CA_LOSS;
        }
        return i.sackedBytes() > 0 ? CA_DISORDER : CA_OPEN;
    }

    private static long segments(long bytes, TcpInfo i) {
        long mss = Math.max(1, i.sendMss());
        return (bytes + mss - 1) / mss;
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
