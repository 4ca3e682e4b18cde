package io.sluice.packetdrill.kernel;

import com.sun.jna.Memory;
import java.util.HashMap;
import java.util.Map;

/** {@code struct tcp_info} of {@code <linux/tcp.h>}, by its fields' names. What an older kernel does not fill in is 0. */
final class KernelTcpInfo {
    private static final int LENGTH = 512;

    /** Name, offset and length of each field. */
    private static final String LAYOUT =
            """
            state 0 1, ca_state 1 1, retransmits 2 1, probes 3 1, backoff 4 1, options 5 1, rto 8 4, ato 12 4,
            snd_mss 16 4, rcv_mss 20 4, unacked 24 4, sacked 28 4, lost 32 4, retrans 36 4, fackets 40 4,
            last_data_sent 44 4, last_ack_sent 48 4, last_data_recv 52 4, last_ack_recv 56 4, pmtu 60 4,
            rcv_ssthresh 64 4, rtt 68 4, rttvar 72 4, snd_ssthresh 76 4, snd_cwnd 80 4, advmss 84 4,
            reordering 88 4, rcv_rtt 92 4, rcv_space 96 4, total_retrans 100 4, pacing_rate 104 8,
            max_pacing_rate 112 8, bytes_acked 120 8, bytes_received 128 8, segs_out 136 4, segs_in 140 4,
            notsent_bytes 144 4, min_rtt 148 4, data_segs_in 152 4, data_segs_out 156 4, delivery_rate 160 8,
            busy_time 168 8, rwnd_limited 176 8, sndbuf_limited 184 8, delivered 192 4, delivered_ce 196 4,
            bytes_sent 200 8, bytes_retrans 208 8, dsack_dups 216 4, reord_seen 220 4, rcv_ooopack 224 4,
            snd_wnd 228 4, rcv_wnd 232 4, rehash 236 4, total_rto 240 2, total_rto_recoveries 242 2, total_rto_time 244 4,
            received_ce 248 4, delivered_e1_bytes 252 4, delivered_e0_bytes 256 4, delivered_ce_bytes 260 4,
            received_e1_bytes 264 4, received_e0_bytes 268 4, received_ce_bytes 272 4""";

    private static final int SCALES = 6;
    private static final int FLAGS = 7;

    /** From Linux 7.0 on: two bits each for the mode and whether options were seen, four for what has failed. */
    private static final int ECN = 276;

    private KernelTcpInfo() {}

    /** The fields of the socket {@code fd} as they are now; none if it is no TCP socket. */
    static Map<String, Object> of(int fd) {
        Memory info = new Memory(LENGTH);
        info.clear();
        Memory length = new Memory(Integer.BYTES);
        length.setInt(0, LENGTH);
        Map<String, Object> fields = new HashMap<>();
        if (KernelLibC.getsockopt(fd, KernelLibC.SOL_TCP, KernelLibC.TCP_INFO, info, length) < 0) {
            return fields;
        }
        for (String entry : LAYOUT.split(",", -1)) {
            String[] field = entry.strip().split(" ", -1);
            int at = Integer.parseInt(field[1]);
            fields.put("tcpi_" + field[0], number(info, at, Integer.parseInt(field[2])));
        }
        int scales = info.getByte(SCALES) & 0xFF;
        fields.put("tcpi_snd_wscale", (long) (scales & 0xF));
        fields.put("tcpi_rcv_wscale", (long) (scales >>> 4));
        fields.put("tcpi_delivery_rate_app_limited", (long) (info.getByte(FLAGS) & 1));
        fields.put("tcpi_fastopen_client_fail", (long) (info.getByte(FLAGS) >>> 1 & 3));
        long ecn = info.getInt(ECN) & 0xFF;
        fields.put("tcpi_ecn_mode", ecn & 3);
        fields.put("tcpi_accecn_opt_seen", ecn >>> 2 & 3);
        fields.put("tcpi_accecn_fail_mode", ecn >>> 4);
        return fields;
    }

    private static long number(Memory info, int at, int length) {
        return switch (length) {
            case Byte.BYTES -> info.getByte(at) & 0xFF;
            case Short.BYTES -> info.getShort(at) & 0xFFFF;
            case Integer.BYTES -> info.getInt(at) & 0xFFFF_FFFFL;
            default -> info.getLong(at);
        };
    }
}
