package io.sluice.api;

import io.sluice.cc.CongestionWindow;
import io.sluice.tcp.AccurateEcnInfo;
import io.sluice.tcp.TcpInfo;
import io.sluice.tcp.TcpReceiverInfo;
import io.sluice.tcp.TcpState;
import io.sluice.tcp.TcpTotals;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@link TcpInfo} as Linux tells it: by the names of {@code struct tcp_info} in {@code <linux/tcp.h>}, in Linux's units, which
 * are segments for the window and what is in flight, microseconds for times, milliseconds for {@code tcpi_last_*}. What Linux has
 * no value for, or is unlimited, is what it is there: 2^31 - 1 for {@code tcpi_snd_ssthresh}, 2^32 - 1 for {@code tcpi_min_rtt}, all
 * ones for rates. {@code tcpi_last_ack_sent}, {@code tcpi_fackets} and {@code tcpi_rehash} are 0, as on a Linux host that has not
 * changed its paths.
 */
public final class LinuxTcpInfo {
    /** Linux's threshold that was never set. */
    public static final long INFINITE_SSTHRESH = 0x7FFF_FFFFL;

    private static final long NS_PER_MICROSECOND = 1_000;
    private static final long NS_PER_MS = 1_000_000;

    /** {@code enum tcp_ca_state}. */
    private static final long CA_OPEN = 0;

    private static final long CA_DISORDER = 1;
    private static final long CA_CWR = 2;
    private static final long CA_RECOVERY = 3;
    private static final long CA_LOSS = 4;

    /** {@code TCPI_OPT_*}. */
    private static final long OPT_TIMESTAMPS = 1;

    private static final long OPT_SACK = 2;
    private static final long OPT_WSCALE = 4;
    private static final long OPT_ECN = 8;
    private static final long OPT_ECN_SEEN = 16;
    private static final long OPT_SYN_DATA = 32;
    private static final long OPT_TFO_CHILD = 128;

    private static final long ACE_FAIL_SEND = 1;
    private static final long ACE_FAIL_RECEIVE = 2;
    private static final long OPTION_FAIL_SEND = 4;
    private static final long OPTION_FAIL_RECEIVE = 8;
    private static final long OPTION_EMPTY = 1;
    private static final long OPTION_WITH_COUNTERS = 2;
    private static final long OPTION_ZEROED = 3;
    private static final long ECN_CLASSIC = 1;
    private static final long ECN_ACCURATE = 2;

    private LinuxTcpInfo() {}

    /**
     * All fields, in the order of the struct.
     *
     * @param nowNs the host's time
     */
    public static Map<String, Long> of(TcpInfo i, long nowNs) {
        Map<String, Long> f = new LinkedHashMap<>();
        putStates(f, i);
        putSegments(f, i);
        putTimes(f, i, nowNs);
        putTotals(f, i.totals(), nowNs);
        AccurateEcnInfo accurate = i.accurateEcn();
        f.put("tcpi_ecn_mode", accurate != null ? ECN_ACCURATE : i.ecn() ? ECN_CLASSIC : 0);
        if (accurate != null) {
            putAccurateEcn(f, accurate);
        }
        return f;
    }

    private static void putStates(Map<String, Long> f, TcpInfo i) {
        f.put("tcpi_state", state(i.state()));
        f.put("tcpi_ca_state", congestionState(i));
        f.put("tcpi_retransmits", (long) i.timeouts());
        f.put("tcpi_probes", (long) i.probes());
        f.put("tcpi_backoff", (long) i.backoff());
        f.put("tcpi_options", options(i));
        f.put("tcpi_snd_wscale", (long) i.sendWindowShift());
        f.put("tcpi_rcv_wscale", (long) (i.windowScaling() ? i.receiver().windowShift() : 0));
        f.put("tcpi_delivery_rate_app_limited", i.totals().deliveryRateAppLimited() ? 1L : 0L);
        f.put("tcpi_fastopen_client_fail", fastOpenFailure(i));
    }

    private static void putSegments(Map<String, Long> f, TcpInfo i) {
        long mss = Math.max(1, i.sendMss());
        TcpReceiverInfo receiver = i.receiver();
        f.put("tcpi_snd_mss", mss);
        f.put("tcpi_rcv_mss", (long) receiver.mss());
        f.put("tcpi_advmss", (long) i.announcedMss());
        f.put("tcpi_pmtu", (long) i.pathMtuBytes());
        f.put("tcpi_unacked", (long) i.flight().unacked());
        f.put("tcpi_sacked", (long) i.flight().sacked());
        f.put("tcpi_lost", (long) i.flight().lost());
        f.put("tcpi_retrans", (long) i.flight().retransmitted());
        f.put("tcpi_fackets", 0L);
        f.put("tcpi_snd_cwnd", i.cwndBytes() / mss);
        boolean infinite = i.ssthreshBytes() >= INFINITE_SSTHRESH;
        f.put("tcpi_snd_ssthresh", infinite ? INFINITE_SSTHRESH : i.ssthreshBytes() / mss);
        f.put("tcpi_reordering", (long) i.reordering());
        f.put("tcpi_snd_wnd", i.sendWindowBytes());
        f.put("tcpi_rcv_wnd", receiver.announcedWindowBytes());
        f.put("tcpi_rcv_ssthresh", receiver.thresholdBytes());
        f.put("tcpi_rcv_space", receiver.spaceBytes());
        f.put("tcpi_delivered", (long) i.deliveredSegments());
        f.put("tcpi_notsent_bytes", Math.max(0, i.unsentBytes()));
    }

    private static void putTimes(Map<String, Long> f, TcpInfo i, long nowNs) {
        TcpReceiverInfo receiver = i.receiver();
        f.put("tcpi_rto", i.rtoNs() / NS_PER_MICROSECOND);
        f.put("tcpi_ato", receiver.delayedAckNs() / NS_PER_MICROSECOND);
        f.put("tcpi_rtt", i.srttNs() / NS_PER_MICROSECOND);
        f.put("tcpi_rttvar", (i.srttNs() == 0 ? i.rtoNs() / 4 : i.rttvarNs()) / NS_PER_MICROSECOND);
        f.put("tcpi_min_rtt", i.minRttNs() == 0 ? 0xFFFF_FFFFL : i.minRttNs() / NS_PER_MICROSECOND);
        f.put("tcpi_rcv_rtt", receiver.roundTripNs() / NS_PER_MICROSECOND);
        f.put("tcpi_last_data_sent", Math.max(0, nowNs - i.lastDataSentNs()) / NS_PER_MS);
        f.put("tcpi_last_ack_sent", 0L);
        f.put("tcpi_last_data_recv", Integer.toUnsignedLong((int) (nowNs / NS_PER_MS) - i.lastDataReceivedMs()));
        f.put("tcpi_last_ack_recv", Math.max(0, nowNs - receiver.lastSegmentNs()) / NS_PER_MS);
        f.put("tcpi_pacing_rate", rate(i.pacingRate()));
        f.put("tcpi_max_pacing_rate", rate(i.maxPacingRate()));
    }

    private static void putTotals(Map<String, Long> f, TcpTotals t, long nowNs) {
        f.put("tcpi_total_retrans", (long) t.retransmittedSegments());
        f.put("tcpi_bytes_acked", t.ackedBytes());
        f.put("tcpi_bytes_received", t.receivedBytes());
        f.put("tcpi_segs_out", Integer.toUnsignedLong(t.segmentsOut()));
        f.put("tcpi_segs_in", Integer.toUnsignedLong(t.segmentsIn()));
        f.put("tcpi_data_segs_in", Integer.toUnsignedLong(t.dataSegmentsIn()));
        f.put("tcpi_data_segs_out", Integer.toUnsignedLong(t.dataSegmentsOut()));
        f.put("tcpi_delivery_rate", t.deliveryRate());
        f.put("tcpi_busy_time", t.busyNs(nowNs) / NS_PER_MICROSECOND);
        f.put("tcpi_rwnd_limited", t.windowLimitedNs(nowNs) / NS_PER_MICROSECOND);
        f.put("tcpi_sndbuf_limited", t.bufferLimitedNs(nowNs) / NS_PER_MICROSECOND);
        f.put("tcpi_delivered_ce", (long) t.deliveredCeSegments());
        f.put("tcpi_bytes_sent", t.sentBytes());
        f.put("tcpi_bytes_retrans", t.retransmittedBytes());
        f.put("tcpi_dsack_dups", (long) t.duplicatesReported());
        f.put("tcpi_reord_seen", (long) t.reorderings());
        f.put("tcpi_rcv_ooopack", (long) t.outOfOrderSegments());
        f.put("tcpi_rehash", 0L);
        f.put("tcpi_total_rto", (long) t.timeouts());
        f.put("tcpi_total_rto_recoveries", (long) t.timeoutRecoveries());
        f.put("tcpi_total_rto_time", t.timeoutNs() / NS_PER_MS);
    }

    private static void putAccurateEcn(Map<String, Long> f, AccurateEcnInfo a) {
        f.put("tcpi_received_ce", (long) a.receivedCePackets());
        f.put("tcpi_received_e0_bytes", Integer.toUnsignedLong(a.receivedEct0Bytes()));
        f.put("tcpi_received_e1_bytes", Integer.toUnsignedLong(a.receivedEct1Bytes()));
        f.put("tcpi_received_ce_bytes", Integer.toUnsignedLong(a.receivedCeBytes()));
        f.put("tcpi_delivered_e0_bytes", Integer.toUnsignedLong(a.deliveredEct0Bytes()));
        f.put("tcpi_delivered_e1_bytes", Integer.toUnsignedLong(a.deliveredEct1Bytes()));
        f.put("tcpi_delivered_ce_bytes", Integer.toUnsignedLong(a.deliveredCeBytes()));
        f.put("tcpi_accecn_opt_seen", optionSeen(a));
        AccurateEcnInfo.Failures failures = a.failures();
        f.put(
                "tcpi_accecn_fail_mode",
                (failures.silent() ? ACE_FAIL_SEND : 0)
                        | (failures.mangled() ? ACE_FAIL_RECEIVE : 0)
                        | (failures.optionLost() ? OPTION_FAIL_SEND : 0)
                        | (failures.optionIgnored() ? OPTION_FAIL_RECEIVE : 0));
    }

    private static long optionSeen(AccurateEcnInfo a) {
        if (a.optionZeroed()) {
            return OPTION_ZEROED;
        }
        return a.countersSeen() ? OPTION_WITH_COUNTERS : a.optionSeen() ? OPTION_EMPTY : 0;
    }

    private static long rate(long octets) {
        return octets == CongestionWindow.UNPACED ? -1 : octets;
    }

    private static long congestionState(TcpInfo i) {
        if (i.recovering() || i.recoveringFromTimeout()) {
            return i.recovering() ? CA_RECOVERY : CA_LOSS;
        }
        if (i.windowReduced()) {
            return CA_CWR;
        }
        return i.disordered() ? CA_DISORDER : CA_OPEN;
    }

    private static long fastOpenFailure(TcpInfo i) {
        return switch (i.fastOpenFailure()) {
            case NONE -> 0;
            case COOKIE_UNAVAILABLE -> 1;
            case DATA_NOT_ACKNOWLEDGED -> 2;
            case SYN_REPEATED -> 3;
        };
    }

    private static long options(TcpInfo i) {
        return (i.timestamps() ? OPT_TIMESTAMPS : 0)
                | (i.sackPermitted() ? OPT_SACK : 0)
                | (i.windowScaling() ? OPT_WSCALE : 0)
                | (i.ecn() ? OPT_ECN : 0)
                | (i.ecnSeen() ? OPT_ECN_SEEN : 0)
                | (i.synDataAccepted() ? OPT_SYN_DATA : 0)
                | (i.openedFast() ? OPT_TFO_CHILD : 0);
    }

    /** The state by Linux's numbers. */
    public static long state(TcpState state) {
        return switch (state) {
            case ESTABLISHED -> 1;
            case SYN_SENT -> 2;
            case SYN_RECEIVED -> 3;
            case FIN_WAIT_1 -> 4;
            case FIN_WAIT_2 -> 5;
            case TIME_WAIT -> 6;
            case CLOSED -> 7;
            case CLOSE_WAIT -> 8;
            case LAST_ACK -> 9;
            case LISTEN -> 10;
            case CLOSING -> 11;
        };
    }
}
