package io.sluice.posix;

import io.sluice.tcp.SendNotice;

/**
 * What {@code recvmsg} with MSG_ERRQUEUE takes: a {@code sock_extended_err} of Linux, and the time where it is a
 * timestamp. Numbers are Linux's.
 *
 * @param ipv6 whether the socket is an IPv6 one, so that the control message is IPV6_RECVERR rather than IP_RECVERR
 * @param error {@code ee_errno}
 * @param origin {@code ee_origin}
 * @param code {@code ee_code}
 * @param info {@code ee_info}
 * @param data {@code ee_data}
 * @param stampNs the time of the host that SCM_TIMESTAMPING tells, or {@link #NO_STAMP}
 */
public record ErrorQueueMessage(boolean ipv6, int error, int origin, int code, long info, long data, long stampNs) {
    /** There is no timestamp. */
    public static final long NO_STAMP = -1;

    private static final int ENOMSG = 42;
    private static final int ORIGIN_TIMESTAMPING = 4;
    private static final int ORIGIN_ZEROCOPY = 5;
    private static final int ZEROCOPY_COPIED = 1;
    private static final int STAMP_SENT = 0;
    private static final int STAMP_SCHEDULED = 1;
    private static final int STAMP_ACKNOWLEDGED = 2;

    static ErrorQueueMessage of(SendNotice notice, boolean ipv6) {
        int stamp =
                switch (notice.kind()) {
                    case SCHEDULED -> STAMP_SCHEDULED;
                    case SENT -> STAMP_SENT;
                    case ACKNOWLEDGED -> STAMP_ACKNOWLEDGED;
                    case COMPLETED -> -1;
                };
        // A write of these sockets copies what is lent: the notice says so.
        return stamp < 0
                ? new ErrorQueueMessage(
                        ipv6, 0, ORIGIN_ZEROCOPY, ZEROCOPY_COPIED, notice.firstId(), notice.lastId(), NO_STAMP)
                : new ErrorQueueMessage(
                        ipv6, ENOMSG, ORIGIN_TIMESTAMPING, 0, stamp, notice.lastId() & 0xFFFF_FFFFL, notice.atNs());
    }

    /** Whether it is a timestamp. */
    public boolean isStamp() {
        return stampNs != NO_STAMP;
    }
}
