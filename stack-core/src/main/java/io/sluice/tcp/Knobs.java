package io.sluice.tcp;

/** The values of all knobs on one host, as they are now. Starts as a {@link TcpProfile}; confined to the host's thread. */
@SuppressWarnings("EnumOrdinal") // an index into a dense array, never stored or sent
public final class Knobs {
    private static final long NS_PER_MS = 1_000_000L;

    private final long[] values = new long[Knob.values().length];

    public Knobs(TcpProfile profile) {
        for (Knob k : Knob.values()) {
            values[k.ordinal()] = profile.get(k);
        }
    }

    public long get(Knob knob) {
        return values[knob.ordinal()];
    }

    public int getInt(Knob knob) {
        return (int) Math.min(Integer.MAX_VALUE, values[knob.ordinal()]);
    }

    public boolean isOn(Knob knob) {
        return values[knob.ordinal()] != 0;
    }

    /** A time knob in nanoseconds. */
    public long ns(Knob knob) {
        return values[knob.ordinal()] * NS_PER_MS;
    }

    public void set(Knob knob, long value) {
        values[knob.ordinal()] = value;
    }
}
