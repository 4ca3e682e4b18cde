package io.sluice.event;

import org.jspecify.annotations.Nullable;

/** What a host has counted. Written by the host's thread; a snapshot may be read elsewhere, a little out of date. */
@SuppressWarnings("EnumOrdinal") // an index into a dense array, never stored or sent
public final class Counters {
    private static final int COUNTERS = Counter.values().length;
    private static final int DROPS = DropReason.values().length;

    private final long[] counters = new long[COUNTERS];
    private final long[] drops = new long[DROPS];
    private long dropped;
    private @Nullable DropReason lastDrop;

    /** Counts {@code n} times. */
    public void add(Counter counter, long n) {
        counters[counter.ordinal()] += n;
    }

    /** Counts once. */
    public void increment(Counter counter) {
        counters[counter.ordinal()]++;
    }

    /** Counts the end of one received packet. */
    public void drop(DropReason reason) {
        drop(reason, 1);
    }

    /** Counts the end of several received packets, as when fragments are given up together. */
    public void drop(DropReason reason, long n) {
        drops[reason.ordinal()] += n;
        dropped += n;
        lastDrop = reason;
    }

    /** How often, since the host was made. */
    public long get(Counter counter) {
        return counters[counter.ordinal()];
    }

    /** How many received packets ended so, since the host was made. */
    public long get(DropReason reason) {
        return drops[reason.ordinal()];
    }

    /** All drops together. */
    public long dropped() {
        return dropped;
    }

    /** The reason of the last drop, or null if there was none yet. */
    public @Nullable DropReason lastDrop() {
        return lastDrop;
    }

    /** {@code NAME=value} of everything that is not zero, in the order of the enums. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Counter c : Counter.values()) {
            append(text, c.name(), get(c));
        }
        for (DropReason r : DropReason.values()) {
            append(text, "DROP_" + r.name(), get(r));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String name, long value) {
        if (value != 0) {
            text.append(text.isEmpty() ? "" : " ").append(name).append('=').append(value);
        }
    }
}
