package io.sluice.sim;

import io.sluice.event.RetransmitCause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the hosts of a seed tell: the causes of repetitions, internal errors, and which connections were given up because nobody
 * acknowledged what they sent.
 */
final class SeedEvents extends CauseCheck {
    /** RFC 9293 §3.8.3 (SHLD-11): R2 is at least 100 s. */
    private static final long R2_NS = 100_000_000_000L;

    private final List<RuntimeException> internalErrors = new ArrayList<>();
    private final IdentityHashMap<Object, Long> lastNewNs = new IdentityHashMap<>();
    private final Set<Object> givenUp = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable Object expired;
    private long expiredNs;

    @Override
    public void internalError(Object connection, RuntimeException cause, long nowNs) {
        internalErrors.add(cause);
    }

    List<RuntimeException> internalErrors() {
        return internalErrors;
    }

    @Override
    public void segmentSent(
            Object connection, int seq, int payloadBytes, int flags, RetransmitCause cause, long nowNs) {
        super.segmentSent(connection, seq, payloadBytes, flags, cause, nowNs);
        if (payloadBytes > 0 && cause == RetransmitCause.NONE) {
            lastNewNs.put(connection, nowNs);
        }
    }

    @Override
    public void timerFired(Object connection, String timer, long nowNs) {
        expired = timer.equals("RETRANSMIT") ? connection : null;
        expiredNs = nowNs;
    }

    @Override
    public void stateChanged(Object connection, String from, String to, long nowNs) {
        super.stateChanged(connection, from, to, nowNs);
        if (to.equals("CLOSED")) {
            Long lastNew = lastNewNs.remove(connection);
            if (connection == expired && nowNs == expiredNs && lastNew != null && nowNs - lastNew >= R2_NS) {
                givenUp.add(connection);
            }
        }
    }

    /** Whether a connection was given up here at R2: nothing tells the peer. */
    boolean hasGivenUp(@Nullable Object connection) {
        return connection != null && givenUp.contains(connection);
    }
}
