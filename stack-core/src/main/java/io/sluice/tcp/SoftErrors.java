package io.sluice.tcp;

import io.sluice.event.SocketError;
import org.jspecify.annotations.Nullable;

/** What the network reports of a connection that goes on: RFC 9293 §3.9.1.8 (MUST-47). */
public final class SoftErrors {
    private SoftErrors() {}

    /** The last one, which is then forgotten; null if there is none. */
    public static @Nullable SocketError take(TcpConnection c) {
        SocketError error = c.tcb.recovery.softError;
        c.tcb.recovery.softError = null;
        return error;
    }

    /** What ICMP said while the connection was opening, with IP_RECVERR; it is forgotten then, as is the pending error of it. */
    public static @Nullable IcmpNotice takeIcmp(TcpConnection c) {
        Occasional o = c.occasional;
        IcmpNotice notice = o == null ? null : o.icmp;
        if (o != null && notice != null) {
            o.icmp = null;
            if (c.peekError() == notice.error()) {
                c.takeError();
            }
        }
        return notice;
    }
}
