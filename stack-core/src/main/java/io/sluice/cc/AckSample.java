package io.sluice.cc;

/** What one acknowledgment told. One instance is reused for every acknowledgment of a host. */
public final class AckSample {
    /** No round trip was measured. */
    public static final long NO_RTT = -1;

    /** How fast the network delivers, measured with this acknowledgment. */
    public final RateSample rate = new RateSample();

    /** When it came. */
    public long nowNs;

    /** Octets that it acknowledged for the first time, cumulatively or by SACK. */
    public long newlyAckedBytes;

    /** Octets by which SND.UNA moved. */
    public long cumulativelyAckedBytes;

    /**
     * Whether the window may grow with it: it acknowledges cumulatively (RFC 5681 §3.1), or by SACK where the path is known to put
     * segments out of order and the host wants that.
     */
    public boolean opensWindow;

    /** Octets that were newly found lost. */
    public long newlyLostBytes;

    /** A round-trip time measured with this acknowledgment, or {@link #NO_RTT}. */
    public long rttNs;

    /** Octets in flight before it came (FlightSize of RFC 5681 §2). */
    public long priorFlightBytes;

    /** Octets in flight now (pipe of RFC 6675 §2). */
    public long pipeBytes;

    /** Octets delivered on this connection so far. */
    public long deliveredBytes;

    /** Octets that the peer reported as marked with Congestion Experienced (RFC 3168, RFC 9768). */
    public long ceBytes;

    /** Whether it echoed a mark (RFC 3168 §6.1.2). */
    public boolean ecnEcho;

    /** Whether the window was not the limit when the acknowledged data was sent (RFC 7661). */
    public boolean appLimited;

    /** Whether the connection is repairing losses. */
    public boolean inRecovery;

    /** Whether it is repairing them after a timeout, in slow start (RFC 3465 §2.3). */
    public boolean afterTimeout;

    /** Whether it showed that a reduction was wrong, and has set the window (RFC 4015 §3.1, (9)). */
    public boolean undone;

    public void reset(long now) {
        nowNs = now;
        newlyAckedBytes = 0;
        cumulativelyAckedBytes = 0;
        opensWindow = false;
        newlyLostBytes = 0;
        rttNs = NO_RTT;
        priorFlightBytes = 0;
        pipeBytes = 0;
        deliveredBytes = 0;
        ceBytes = 0;
        ecnEcho = false;
        appLimited = false;
        inRecovery = false;
        afterTimeout = false;
        undone = false;
        rate.reset();
    }
}
