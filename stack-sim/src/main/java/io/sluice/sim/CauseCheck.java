package io.sluice.sim;

import io.sluice.event.RetransmitCause;
import io.sluice.event.StackEvents;
import io.sluice.wire.Seq;
import io.sluice.wire.TcpHeader;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Sees every segment that connections send: what was sent before has a cause that says why it is sent again, and new data has
 * none. A SYN and a FIN count, as they do in sequence numbers.
 */
class CauseCheck implements StackEvents {
    private final Map<RetransmitCause, Long> causes = new EnumMap<>(RetransmitCause.class);

    /** Of each connection, the end of what has been sent. */
    private final IdentityHashMap<Object, Integer> sent = new IdentityHashMap<>();

    @Override
    public void segmentSent(
            Object connection, int seq, int payloadBytes, int flags, RetransmitCause cause, long nowNs) {
        int octets = payloadBytes + Integer.bitCount(flags & (TcpHeader.SYN | TcpHeader.FIN));
        if (octets == 0) {
            return;
        }
        Integer before = sent.get(connection);
        boolean fresh = before == null || Seq.geq(seq, before);
        if (fresh != (cause == RetransmitCause.NONE) && !isExcused(fresh, flags, cause)) {
            throw new AssertionError(connection + " sends " + octets + " from " + seq + ", "
                    + (fresh ? "new, because of " + cause : "again, for no cause"));
        }
        if (before == null || Seq.lt(before, seq + octets)) {
            sent.put(connection, seq + octets);
        }
        causes.merge(cause, 1L, Long::sum);
    }

    /**
     * A probe of a closed window may be new data. The SYN-ACK of a simultaneous open leaves for the first time; a SYN may be due again
     * before a busy link has taken it.
     */
    private static boolean isExcused(boolean fresh, int flags, RetransmitCause cause) {
        boolean syn = (flags & TcpHeader.SYN) != 0;
        return cause == RetransmitCause.WINDOW_PROBE || (syn && (fresh || (flags & TcpHeader.ACK) != 0));
    }

    @Override
    public void stateChanged(Object connection, String from, String to, long nowNs) {
        if (to.equals("CLOSED")) {
            sent.remove(connection);
        }
    }

    /** How many segments of each cause have been sent. */
    Map<RetransmitCause, Long> causes() {
        return causes;
    }
}
