package io.sluice.sim.lab;

import io.sluice.event.RetransmitCause;
import io.sluice.event.StackEvents;

/** Counts what a sender's stack does. */
final class FlowCounters implements StackEvents {
    private long dataBytes;
    private long repeatedBytes;
    private long timeouts;

    @Override
    public void segmentSent(
            Object connection, int seq, int payloadBytes, int flags, RetransmitCause cause, long nowNs) {
        dataBytes += payloadBytes;
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
}
