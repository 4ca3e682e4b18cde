package io.sluice.posix;

import io.sluice.udp.DatagramOptions;
import io.sluice.udp.DatagramOptions.Fragments;
import io.sluice.udp.OptionRules;
import io.sluice.udp.ReceivedOptions;
import io.sluice.udp.SendOptions;
import io.sluice.udp.UdpSocketOptions;
import io.sluice.udp.UdpSocketOptions.OptionReception;
import io.sluice.wire.UdpOptionKind;
import java.util.ArrayList;
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

    UdpOptionSettings() {}

    private UdpOptionSettings(UdpOptionSettings from) {
        ocs = from.ocs;
        apc = from.apc;
        frag = from.frag;
        mds = from.mds;
        System.arraycopy(from.mrds, 0, mrds, 0, 2);
        System.arraycopy(from.time, 0, time, 0, 2);
        request = from.request;
    }

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
            case UDP_OPT_RES -> o.answerProbes = value != 0;
            default -> {
                if (!ofDatagram(option, values)) {
                    return DatagramSettings.set(o, option, value);
                }
            }
        }
        apply(o);
        return null;
    }

    /** Takes what may be said of one datagram as well; false if it is something else. */
    private boolean ofDatagram(SocketOption option, long[] values) {
        switch (option) {
            case UDP_OPT_APC -> apc = values[0];
            case UDP_OPT_FRAG -> frag = values[0];
            case UDP_OPT_MDS -> mds = values[0];
            case UDP_OPT_MRDS -> System.arraycopy(values, 0, mrds, 0, 2);
            case UDP_OPT_REQ -> request = values[0];
            case UDP_OPT_TIME -> System.arraycopy(values, 0, time, 0, 2);
            default -> {
                return false;
            }
        }
        return true;
    }

    /**
     * How one datagram is sent, as control messages have it.
     *
     * @param last what came with the datagram received last, whose REQ may be answered (RFC 9868 §11.7: no other)
     * @return null if one of them is wrong
     */
    @Nullable SendOptions special(List<ControlMessage> control, @Nullable ReceivedOptions last) {
        UdpOptionSettings own = new UdpOptionSettings(this);
        ReceivedOptions answered = null;
        SendOptions special = SendOptions.NONE;
        for (ControlMessage message : control) {
            long[] values = message.values().stream().mapToLong(Long::longValue).toArray();
            if (values.length < message.type().valueCount() || check(message.type(), values) != null) {
                return null;
            }
            if (message.type() == SocketOption.UDP_OPT_RES) {
                boolean received = last != null
                        && last.options().hasRequest()
                        && last.options().request() == (int) values[0];
                answered = received ? last : null;
                if (!received) {
                    return null;
                }
            } else if (!own.ofDatagram(message.type(), values)) {
                SendOptions more = special(special, message.type(), values[0]);
                if (more == null) {
                    return null;
                }
                special = more;
            }
        }
        DatagramOptions.Builder options = own.build();
        DatagramOptions built =
                answered == null ? options.build() : options.respondTo(answered).build();
        return new SendOptions(null, special.hopLimit(), special.trafficClass(), built, special.checksum());
    }

    private static @Nullable SendOptions special(SendOptions before, SocketOption option, long value) {
        boolean octet = value >= 0 && value <= 255;
        return switch (option) {
            case IP_TTL, IPV6_UNICAST_HOPS ->
                octet && value != 0
                        ? new SendOptions(null, (int) value, before.trafficClass(), null, before.checksum())
                        : null;
            case IP_TOS, IPV6_TCLASS ->
                octet ? new SendOptions(null, before.hopLimit(), (int) value, null, before.checksum()) : null;
            case UDP_NO_CHECK6_TX -> value == 0 ? before.withChecksum() : null;
            default -> null;
        };
    }

    /** The options that came, in the order of kinds; or that there was an area of which none counts. */
    static List<ControlMessage> received(@Nullable ReceivedOptions r) {
        if (r == null) {
            return List.of();
        }
        if (r.outcome() != ReceivedOptions.Outcome.PROCESSED) {
            return List.of(ControlMessage.of(SocketOption.UDP_OPT, 0));
        }
        DatagramOptions o = r.options();
        List<ControlMessage> all = new ArrayList<>();
        if (o.hasPayloadChecksum()) {
            all.add(ControlMessage.of(SocketOption.UDP_OPT_APC, r.isPayloadChecksumWrong() ? 0 : 1));
        }
        if (o.has(UdpOptionKind.MDS)) {
            all.add(ControlMessage.of(SocketOption.UDP_OPT_MDS, o.maxDatagramSize()));
        }
        if (o.has(UdpOptionKind.MRDS)) {
            all.add(ControlMessage.of(SocketOption.UDP_OPT_MRDS, o.maxReassembledSize(), o.maxReassembledSegments()));
        }
        if (o.hasRequest()) {
            all.add(ControlMessage.of(SocketOption.UDP_OPT_REQ, Integer.toUnsignedLong(o.request())));
        }
        if (o.hasResponse()) {
            all.add(ControlMessage.of(SocketOption.UDP_OPT_RES, Integer.toUnsignedLong(o.response())));
        }
        if (o.hasTime()) {
            all.add(ControlMessage.of(
                    SocketOption.UDP_OPT_TIME,
                    Integer.toUnsignedLong(o.timeValue()),
                    Integer.toUnsignedLong(o.timeEcho())));
        }
        return all;
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

    private DatagramOptions.Builder build() {
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
        return b;
    }

    private void apply(UdpSocketOptions o) {
        o.datagramOptions = build().build();
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
