package io.sluice.packetdrill.simulated;

import io.sluice.tcp.Knob;
import io.sluice.tcp.KnobNames;
import io.sluice.tcp.Knobs;
import java.util.Optional;
import java.util.OptionalLong;

/** Numeric sysctls, by the names of both kernels, to knobs of the stack. A name that is not known fails. */
final class Sysctls {
    /** RFC 7323 is one switch on FreeBSD: 0 off, 1 on, 2 only window scaling, 3 only timestamps. */
    private static final String RFC1323 = "net.inet.tcp.rfc1323";

    /** On FreeBSD wherever such a segment arrives. */
    private static final String DROP_SYN_FIN = "net.inet.tcp.drop_synfin";

    /** A switch: whether ACKs wait at all. */
    private static final String DELAYED_ACK = "net.inet.tcp.delayed_ack";

    /** What FreeBSD 9 and older call it. */
    private static final String BACKLOG = "kern.ipc.somaxconn";

    private static final String ICMP_MAY_RST = "net.inet.tcp.icmp_may_rst";

    /** On FreeBSD 4 agrees to AccECN and asks for nothing, as 5 on Linux. */
    private static final String ECN = "net.inet.tcp.ecn.enable";

    /** On FreeBSD it holds for AccECN, too. */
    private static final String ECN_RETRIES = "net.inet.tcp.ecn.maxretries";

    private static final long FREEBSD_ACCURATE_PASSIVE = 4;
    private static final long ACCURATE_PASSIVE = 5;

    private final Knobs knobs;

    Sysctls(Knobs knobs) {
        this.knobs = knobs;
    }

    /** Empty if {@code name} could be set. */
    Optional<String> set(String name, long value) {
        if (setSeveral(name, value)) {
            return Optional.empty();
        }
        Optional<Knob> knob = KnobNames.find(name);
        if (knob.isPresent()) {
            knobs.set(knob.get(), value);
            return Optional.empty();
        }
        return Optional.of("unknown");
    }

    /** What {@code name} is set to; empty if it is not known. */
    OptionalLong get(String name) {
        return switch (name) {
            case RFC1323 -> OptionalLong.of(rfc1323());
            case DROP_SYN_FIN -> OptionalLong.of(knobs.isOn(Knob.DROP_SYN_FIN) ? 1 : 0);
            case ECN ->
                OptionalLong.of(
                        knobs.get(Knob.ECN) == ACCURATE_PASSIVE ? FREEBSD_ACCURATE_PASSIVE : knobs.get(Knob.ECN));
            case DELAYED_ACK -> OptionalLong.of(knobs.get(Knob.DELAYED_ACK_SEGMENTS) > 1 ? 1 : 0);
            case BACKLOG -> OptionalLong.of(knobs.get(Knob.MAX_BACKLOG));
            case ICMP_MAY_RST -> OptionalLong.of(knobs.isOn(Knob.ICMP_ENDS_OPENING) ? 1 : 0);
            default -> {
                Optional<Knob> knob = KnobNames.find(name);
                yield knob.isPresent() ? OptionalLong.of(knobs.get(knob.get())) : OptionalLong.empty();
            }
        };
    }

    private long rfc1323() {
        if (knobs.isOn(Knob.WINDOW_SCALING)) {
            return knobs.isOn(Knob.TIMESTAMPS) ? 1 : 2;
        }
        return knobs.isOn(Knob.TIMESTAMPS) ? 3 : 0;
    }

    /** What stands for more than one knob, or for other values of one; false if this does not. */
    private boolean setSeveral(String name, long value) {
        switch (name) {
            case RFC1323 -> {
                knobs.set(Knob.WINDOW_SCALING, value == 1 || value == 2 ? 1 : 0);
                knobs.set(Knob.TIMESTAMPS, value == 1 || value == 3 ? 1 : 0);
            }
            case DROP_SYN_FIN -> knobs.set(Knob.DROP_SYN_FIN, value != 0 ? 2 : 0);
            case ECN -> knobs.set(Knob.ECN, value == FREEBSD_ACCURATE_PASSIVE ? ACCURATE_PASSIVE : value);
            case ECN_RETRIES -> {
                knobs.set(Knob.ECN_SYN_RETRIES, value);
                knobs.set(Knob.ACCECN_SYN_RETRIES, value);
            }
            default -> {
                return setOther(name, value);
            }
        }
        return true;
    }

    /** What stands for one knob, under another name or with other values. */
    private boolean setOther(String name, long value) {
        switch (name) {
            case DELAYED_ACK -> knobs.set(Knob.DELAYED_ACK_SEGMENTS, value != 0 ? 2 : 1);
            case BACKLOG -> knobs.set(Knob.MAX_BACKLOG, value);
            case ICMP_MAY_RST -> knobs.set(Knob.ICMP_ENDS_OPENING, value != 0 ? 2 : 0);
            default -> {
                return false;
            }
        }
        return true;
    }
}
