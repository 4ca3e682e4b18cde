package io.sluice.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * A wire that sends when a recorded one did, in the format of mahimahi: each line of a trace is the millisecond of one
 * opportunity to send 1504 octets. Octets of an opportunity that no packet uses then are lost; the trace repeats from its
 * last line on.
 */
public final class TraceRate implements LinkRate {
    /** What one opportunity carries: a packet of 1500 octets with what a TUN device puts before it. */
    private static final int OPPORTUNITY_OCTETS = 1504;

    private static final long MS = 1_000_000;

    private final String name;
    private final int[] opportunitiesMs;

    private TraceRate(String name, int[] opportunitiesMs) {
        this.name = name;
        this.opportunitiesMs = opportunitiesMs;
    }

    /**
     * Reads a trace.
     *
     * @param name for people
     * @throws IllegalArgumentException if a line is no number, numbers fall, or the last one is 0
     */
    public static TraceRate parse(String name, List<String> lines) {
        List<Integer> times = new ArrayList<>();
        int last = 0;
        for (String line : lines) {
            String text = line.strip();
            if (text.isEmpty()) {
                continue;
            }
            int ms = number(name, times.size() + 1, text);
            if (ms < last) {
                throw new IllegalArgumentException(name + ": " + ms + " follows " + last);
            }
            last = ms;
            times.add(ms);
        }
        if (last == 0) {
            throw new IllegalArgumentException(name + ": a trace of no time");
        }
        return new TraceRate(name, times.stream().mapToInt(Integer::intValue).toArray());
    }

    private static int number(String name, int line, String text) {
        try {
            int ms = Integer.parseInt(text);
            if (ms >= 0) {
                return ms;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + ":" + line + ": no number: " + text, e);
        }
        throw new IllegalArgumentException(name + ":" + line + ": negative: " + text);
    }

    private long periodMs() {
        return opportunitiesMs[opportunitiesMs.length - 1];
    }

    @Override
    public Clock start(long startNs) {
        return new Cursor(startNs);
    }

    @Override
    public long meanBitsPerSecond() {
        return opportunitiesMs.length * 8L * OPPORTUNITY_OCTETS * 1000 / periodMs();
    }

    @Override
    public String toString() {
        return "trace " + name + " (" + meanBitsPerSecond() / 1e6 + " Mbit/s)";
    }

    /** Where one pipe is in the trace. */
    private final class Cursor implements Clock {
        private final long startNs;
        private long round;
        private int next;
        private long currentNs = Long.MIN_VALUE;
        private int left;

        Cursor(long startNs) {
            this.startNs = startNs;
        }

        @Override
        public long departureNs(long fromNs, int octets) {
            int missing = octets;
            if (fromNs > currentNs) {
                left = 0; // what was not used is lost
            }
            while (missing > left) {
                missing -= left;
                advance(fromNs);
            }
            left -= missing;
            return Math.max(fromNs, currentNs);
        }

        private void advance(long fromNs) {
            long behind = (fromNs - startNs) / MS / periodMs();
            if (behind > round) { // nothing was sent for whole rounds
                round = behind;
                next = 0;
            }
            long atNs = timeNs();
            while (atNs < fromNs) {
                step();
                atNs = timeNs();
            }
            currentNs = atNs;
            left = OPPORTUNITY_OCTETS;
            step();
        }

        private long timeNs() {
            return startNs + (round * periodMs() + opportunitiesMs[next]) * MS;
        }

        private void step() {
            if (++next == opportunitiesMs.length) {
                next = 0;
                round++;
            }
        }
    }
}
