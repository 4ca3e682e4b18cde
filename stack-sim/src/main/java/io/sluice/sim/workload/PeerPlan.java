package io.sluice.sim.workload;

import java.util.function.LongUnaryOperator;

/**
 * What one end of a connection does. Immutable.
 *
 * @param outKey the {@link Pattern} of the stream it sends
 * @param outBytes octets to send
 * @param inKey the pattern of the stream it expects
 * @param inBytes octets to expect, exactly
 * @param writing how it writes
 * @param reading how it reads
 * @param allowance how many octets may have been sent at most once so many were received: what makes a dialogue
 * @param finish how it ends
 * @param abortAfterBytes with {@link Finish#ABORT}: when it has received so much
 * @param mayFail whether the peer may reset the connection; what has arrived until then must be right all the same
 */
public record PeerPlan(
        long outKey,
        long outBytes,
        long inKey,
        long inBytes,
        Pace writing,
        Pace reading,
        LongUnaryOperator allowance,
        Finish finish,
        long abortAfterBytes,
        boolean mayFail) {
    private static long everything(long received) {
        return Long.MAX_VALUE;
    }

    /** Sends and receives at full speed, and shuts its direction down when everything is written. */
    public static PeerPlan of(long outKey, long outBytes, long inKey, long inBytes) {
        return new PeerPlan(
                outKey,
                outBytes,
                inKey,
                inBytes,
                Pace.FULL,
                Pace.FULL,
                PeerPlan::everything,
                Finish.SHUTDOWN_WHEN_WRITTEN,
                Long.MAX_VALUE,
                false);
    }

    /** The client of a dialogue: sends request after request, each when the response to the one before is complete. */
    public static PeerPlan client(long key, int requestBytes, int responseBytes, int requests) {
        return of(key, (long) requestBytes * requests, ~key, (long) responseBytes * requests)
                .withAllowance(received -> requestBytes * (1 + received / responseBytes));
    }

    /** The server of the same dialogue: answers each request when it is complete. */
    public static PeerPlan server(long key, int requestBytes, int responseBytes, int requests) {
        return of(~key, (long) responseBytes * requests, key, (long) requestBytes * requests)
                .withAllowance(received -> responseBytes * (received / requestBytes));
    }

    /** The same with another allowance. */
    public PeerPlan withAllowance(LongUnaryOperator newAllowance) {
        return new PeerPlan(
                outKey, outBytes, inKey, inBytes, writing, reading, newAllowance, finish, abortAfterBytes, mayFail);
    }

    /** The same at another pace. */
    public PeerPlan withPace(Pace newWriting, Pace newReading) {
        return new PeerPlan(
                outKey, outBytes, inKey, inBytes, newWriting, newReading, allowance, finish, abortAfterBytes, mayFail);
    }

    /** The same with other streams. */
    public PeerPlan withKeys(long newOutKey, long newInKey) {
        return new PeerPlan(
                newOutKey, outBytes, newInKey, inBytes, writing, reading, allowance, finish, abortAfterBytes, mayFail);
    }

    /** The same with another end. */
    public PeerPlan withFinish(Finish newFinish) {
        return new PeerPlan(
                outKey, outBytes, inKey, inBytes, writing, reading, allowance, newFinish, abortAfterBytes, mayFail);
    }

    /** Aborts when it has received so many octets. */
    public PeerPlan aborting(long afterBytes) {
        return new PeerPlan(
                outKey, outBytes, inKey, inBytes, writing, reading, allowance, Finish.ABORT, afterBytes, mayFail);
    }

    /** The same, facing a peer that may reset the connection. */
    public PeerPlan tolerant() {
        return new PeerPlan(
                outKey, outBytes, inKey, inBytes, writing, reading, allowance, finish, abortAfterBytes, true);
    }
}
