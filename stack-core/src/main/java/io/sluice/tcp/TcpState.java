package io.sluice.tcp;

import java.util.EnumSet;
import java.util.Set;

/** The connection states of RFC 9293 §3.3.2, and the moves between them that its §3.10 allows. */
public enum TcpState {
    CLOSED,
    LISTEN,
    SYN_SENT,
    SYN_RECEIVED,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    CLOSE_WAIT,
    CLOSING,
    LAST_ACK,
    TIME_WAIT;

    private static Set<TcpState> successors(TcpState state) {
        return switch (state) {
            case CLOSED -> EnumSet.of(LISTEN, SYN_SENT, SYN_RECEIVED);
            case LISTEN -> EnumSet.of(SYN_RECEIVED, SYN_SENT, CLOSED);
            case SYN_SENT -> EnumSet.of(SYN_RECEIVED, ESTABLISHED, CLOSED);
            case SYN_RECEIVED -> EnumSet.of(ESTABLISHED, FIN_WAIT_1, CLOSE_WAIT, LISTEN, CLOSED);
            case ESTABLISHED -> EnumSet.of(FIN_WAIT_1, CLOSE_WAIT, CLOSED);
            case FIN_WAIT_1 -> EnumSet.of(FIN_WAIT_2, CLOSING, TIME_WAIT, CLOSED);
            case FIN_WAIT_2 -> EnumSet.of(TIME_WAIT, CLOSED);
            case CLOSE_WAIT -> EnumSet.of(LAST_ACK, CLOSED);
            case CLOSING -> EnumSet.of(TIME_WAIT, CLOSED);
            case LAST_ACK, TIME_WAIT -> EnumSet.of(CLOSED);
        };
    }

    /** The states that one event may lead to. Any state may fall back to CLOSED. */
    public boolean mayBecome(TcpState next) {
        return successors(this).contains(next);
    }

    /** RFC 9293 §3.3.2: the states in which both sides have agreed on sequence numbers. */
    public boolean isSynchronized() {
        return compareTo(ESTABLISHED) >= 0;
    }

    /** The states in which the peer may still send data. */
    public boolean receivesData() {
        return this == ESTABLISHED || this == FIN_WAIT_1 || this == FIN_WAIT_2;
    }

    /** The states in which new data may still be sent. */
    public boolean sendsData() {
        return this == ESTABLISHED || this == CLOSE_WAIT;
    }
}
