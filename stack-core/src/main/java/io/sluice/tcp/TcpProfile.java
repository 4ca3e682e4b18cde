package io.sluice.tcp;

import java.util.function.ToLongFunction;

/**
 * A named set of values for all {@link Knob}s: the wire personality of a host. Immutable. Only the constants here name
 * a kernel; code asks knobs, never which profile it runs under.
 */
@SuppressWarnings("EnumOrdinal") // an index into a dense array, never stored or sent
public final class TcpProfile {
    private static final String CUBIC = "cubic";

    /** What the RFCs recommend today, tuned for throughput: the default. */
    public static final TcpProfile STANDARD = new TcpProfile("STANDARD", CUBIC, k -> k.standard);

    /** As FreeBSD's TCP looks from outside. */
    public static final TcpProfile FREEBSD = new TcpProfile("FREEBSD", CUBIC, k -> k.freebsd);

    /** As Linux's TCP looks from outside. */
    public static final TcpProfile LINUX = new TcpProfile("LINUX", CUBIC, k -> k.linux);

    private final String name;
    private final String congestionControl;
    private final long[] values;

    private TcpProfile(String name, String congestionControl, ToLongFunction<Knob> value) {
        this.name = name;
        this.congestionControl = congestionControl;
        this.values = new long[Knob.values().length];
        for (Knob k : Knob.values()) {
            values[k.ordinal()] = value.applyAsLong(k);
        }
    }

    public String name() {
        return name;
    }

    public long get(Knob knob) {
        return values[knob.ordinal()];
    }

    /** The congestion control of connections for which nobody chooses one; NewReno where a host does not know it. */
    public String congestionControl() {
        return congestionControl;
    }

    /** This profile with another congestion control. */
    public TcpProfile withCongestionControl(String newName) {
        return new TcpProfile(name, newName, this::get);
    }

    /**
     * This profile with one value changed.
     *
     * @throws IllegalArgumentException if the knob cannot have it: see {@link KnobRange}
     */
    public TcpProfile with(Knob knob, long value) {
        KnobRange.checked(knob, value);
        return new TcpProfile(name, congestionControl, k -> k == knob ? value : get(k));
    }

    @Override
    public String toString() {
        return name;
    }
}
