package io.sluice.sim.lab;

import io.sluice.event.RetransmitCause;
import io.sluice.event.StackEvents;

/** Counts what a sender's stack does. */
final class FlowCounters implements StackEvents {
    private final long[] segmentsByCause = new long[RetransmitCause.values().length];
    private long dataSegments;
    private long dataBytes;
    private long repeatedBytes;
    private long timeouts;

    @Override
    @SuppressWarnings("EnumOrdinal") // an index into a dense array, never stored or sent
    public void segmentSent(
            Object connection, int seq, int payloadBytes, int flags, RetransmitCause cause, long nowNs) {
        if (payloadBytes == 0) {
            return;
        }
        dataSegments++;
        dataBytes += payloadBytes;
        segmentsByCause[cause.ordinal()]++;
        if (cause != RetransmitCause.NONE) {
            repeatedBytes += payloadBytes;
        }
    }

    @Override
    public void timerFired(Object connection, String timer, long nowNs) {
        if (timer.equals("RETRANSMIT")) {
            timeouts++;
        }
    }

    /** Segments, or super-segments, with payload. */
    long dataSegments() {
        return dataSegments;
    }

    /** Octets of payload, repetitions included. */
    long dataBytes() {
        return dataBytes;
    }

    long repeatedBytes() {
        return repeatedBytes;
    }

    /** How often the loss timer fired. */
    long timeouts() {
        return timeouts;
    }

    @SuppressWarnings("EnumOrdinal")
    long segments(RetransmitCause cause) {
        return segmentsByCause[cause.ordinal()];
    }
}
