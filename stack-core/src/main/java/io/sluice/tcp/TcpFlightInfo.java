package io.sluice.tcp;

/**
 * What is in flight, in segments as they were sent, small ones too: a part of {@link TcpInfo}. Made when it is asked for, from
 * the ledger's ranges.
 *
 * @param unacked sent and not cumulatively acknowledged, a SYN or a FIN by itself included
 * @param sacked of these, those that SACK, or where there is none duplicate acknowledgments, say have arrived
 * @param lost of these, those that are taken for lost
 * @param retransmitted of these, those that were repeated and may be on the way
 */
public record TcpFlightInfo(int unacked, int sacked, int lost, int retransmitted) {
    static TcpFlightInfo of(TcpConnection c) {
        boolean syn = !c.tcb.state().isSynchronized()
                && c.tcb.state() != TcpState.CLOSED
                && !FastOpenState.isPassive(c)
                && !FastOpenState.isDeferred(c);
        int unacked = syn ? 1 : 0;
        int sacked = c.tcb.sackPermitted ? 0 : segments(c.tcb.recovery.dupAckedBytes, c.tcb.snd.mss);
        int lost = 0;
        int retransmitted = 0;
        for (SentRange e = c.ledger.head(); e != null; e = e.next) {
            int segments = withoutFin(c, e);
            unacked += segments;
            sacked += e.sacked ? segments : 0;
            lost += e.lost ? segments : 0;
            retransmitted += e.retransmitted ? segments : 0;
        }
        return new TcpFlightInfo(unacked, sacked, lost, retransmitted);
    }

    /** The FIN goes with the last data, where there is some. */
    private static int withoutFin(TcpConnection c, SentRange e) {
        boolean fin = e.end > c.tcb.snd.finOffset && e.length() > 1;
        return e.sacked ? e.segments : segments(e.length() - (fin ? 1 : 0), e.mss);
    }

    private static int segments(long octets, int mss) {
        return (int) ((octets + mss - 1) / Math.max(1, mss));
    }
}
