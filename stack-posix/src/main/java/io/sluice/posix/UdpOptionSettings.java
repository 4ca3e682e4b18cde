package io.sluice.posix;

import io.sluice.udp.DatagramOptions;
import io.sluice.udp.DatagramOptions.Fragments;
import io.sluice.udp.OptionRules;
import io.sluice.udp.UdpSocketOptions;
import io.sluice.udp.UdpSocketOptions.OptionReception;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The UDP_OPT socket options of RFC 9868 Appendix A: what is received, and what goes with every datagram. */
final class UdpOptionSettings {
    private static final long MAX_16_BITS = 0xFFFF;

    /** What the values of UDP_OPT mean. */
    private static final List<OptionReception> RECEPTIONS =
            List.of(OptionReception.IGNORE, OptionReception.PROCESS, OptionReception.REFUSE);

    private long ocs = 1;
    private long apc;
    private long frag;
    private long mds;
    private final long[] mrds = new long[2];
    private final long[] time = new long[2];
    private long request;

    private static boolean is16(long value) {
        return value >= 0 && value <= MAX_16_BITS;
    }

    /** Sets one; an errno if the values are wrong, or it is no such option. */
    @Nullable Errno set(UdpSocketOptions o, SocketOption option, long[] values) {
        if (values.length < option.valueCount()) {
            return Errno.EINVAL;
        }
        long value = values[0];
        Errno wrong = check(option, values);
        if (wrong != null) {
            return wrong;
        }
        switch (option) {
            case UDP_OPT -> o.optionReception = RECEPTIONS.get((int) value);
            case UDP_OPT_OCS -> ocs = value;
            case UDP_OPT_APC -> apc = value;
            case UDP_OPT_FRAG -> frag = value;
            case UDP_OPT_MDS -> mds = value;
            case UDP_OPT_MRDS -> System.arraycopy(values, 0, mrds, 0, 2);
            case UDP_OPT_REQ -> request = value;
            case UDP_OPT_RES -> o.answerProbes = value != 0;
            case UDP_OPT_TIME -> System.arraycopy(values, 0, time, 0, 2);
            default -> {
                return DatagramSettings.set(o, option, value);
            }
        }
        apply(o);
        return null;
    }

    private static @Nullable Errno check(SocketOption option, long[] values) {
        boolean fine =
                switch (option) {
                    case UDP_OPT -> values[0] >= 0 && values[0] < RECEPTIONS.size();
                    case UDP_OPT_FRAG -> values[0] == 1 || values[0] == 0 || (values[0] >= 64 && is16(values[0]));
                    case UDP_OPT_MDS -> is16(values[0]);
                    case UDP_OPT_MRDS -> is16(values[0]) && values[1] >= 0 && values[1] <= 255;
                    default -> true;
                };
        return fine ? null : Errno.EINVAL;
    }

    /** Gets one into {@code out}. */
    @Nullable Errno get(UdpSocketOptions o, SocketOption option, long[] out) {
        switch (option) {
            case UDP_OPT -> out[0] = RECEPTIONS.indexOf(o.optionReception);
            case UDP_OPT_OCS -> out[0] = ocs;
            case UDP_OPT_APC -> out[0] = apc;
            case UDP_OPT_FRAG -> out[0] = frag;
            case UDP_OPT_MDS -> out[0] = mds;
            case UDP_OPT_MRDS -> System.arraycopy(mrds, 0, out, 0, 2);
            case UDP_OPT_REQ -> out[0] = request;
            case UDP_OPT_RES -> out[0] = o.answerProbes ? 1 : 0;
            case UDP_OPT_TIME -> System.arraycopy(time, 0, out, 0, 2);
            default -> {
                return DatagramSettings.get(o, option, out);
            }
        }
        return null;
    }

    private void apply(UdpSocketOptions o) {
        DatagramOptions.Builder b = DatagramOptions.builder();
        if (apc != 0) {
            b.payloadChecksum();
        }
        if (frag != 0) {
            b.fragments(Fragments.WHERE_NEEDED).maxFragmentBytes(frag == 1 ? 0 : (int) frag);
        }
        if (mds != 0) {
            b.maxDatagramSize((int) mds);
        }
        if (mrds[0] != 0) {
            b.maxReassembled((int) mrds[0], (int) mrds[1]);
        }
        if (request != 0) {
            b.request((int) request);
        }
        if (time[0] != 0) {
            b.time((int) time[0], (int) time[1]);
        }
        o.datagramOptions = b.build();
        OptionRules r = o.optionRules;
        o.optionRules = new OptionRules(
                r.fragmentOrigin(),
                r.payloadChecksumOrder(),
                r.unsafeOutsideFragment(),
                r.duplicateFragments(),
                r.checkRestZero(),
                r.strictOrder(),
                r.maxOptions(),
                ocs != 0);
    }
}
