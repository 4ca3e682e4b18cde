package io.sluice.posix;

import io.sluice.tcp.IcmpNotice;
import io.sluice.tcp.SendNotice;

/**
 * What {@code recvmsg} with MSG_ERRQUEUE takes: a {@code sock_extended_err} of Linux, and the time where it is a
 * timestamp. Numbers are Linux's.
 *
 * @param ipv6 whether the socket is an IPv6 one, so that the control message is IPV6_RECVERR rather than IP_RECVERR
 * @param extended what the control message holds
 * @param stampNs the time of the host that SCM_TIMESTAMPING tells, or {@link #NO_STAMP}
 * @param isCut whether a packet comes with it, for which there is no room here: one that was stamped, or that ICMP quotes
 */
public record ErrorQueueMessage(boolean ipv6, Extended extended, long stampNs, boolean isCut) {
    /** There is no timestamp. */
    public static final long NO_STAMP = -1;

    private static final int ENOMSG = 42;
    private static final int ORIGIN_ICMP = 2;
    private static final int ORIGIN_ICMP6 = 3;
    private static final int ORIGIN_TIMESTAMPING = 4;
    private static final int ORIGIN_ZEROCOPY = 5;
    private static final int ZEROCOPY_COPIED = 1;
    private static final int STAMP_SENT = 0;
    private static final int STAMP_SCHEDULED = 1;
    private static final int STAMP_ACKNOWLEDGED = 2;

    /**
     * {@code sock_extended_err}.
     *
     * @param error {@code ee_errno}
     * @param origin {@code ee_origin}
     * @param type {@code ee_type}
     * @param code {@code ee_code}
     * @param info {@code ee_info}
     * @param data {@code ee_data}
     */
    public record Extended(int error, int origin, int type, int code, long info, long data) {}

    static ErrorQueueMessage of(SendNotice notice, boolean ipv6, StreamStamps told) {
        int stamp =
                switch (notice.kind()) {
                    case SCHEDULED -> STAMP_SCHEDULED;
                    case SENT -> STAMP_SENT;
                    case ACKNOWLEDGED -> STAMP_ACKNOWLEDGED;
                    case COMPLETED -> -1;
                };
        if (stamp >= 0) {
            long octet = told.tellsOctets() ? notice.lastId() & 0xFFFF_FFFFL : 0;
            Extended extended = new Extended(ENOMSG, ORIGIN_TIMESTAMPING, 0, 0, stamp, octet);
            return new ErrorQueueMessage(
                    ipv6, extended, told.isTold() ? notice.atNs() : NO_STAMP, !told.isWithoutPacket());
        }
        // A write of these sockets copies what is lent: the notice says so.
        Extended end = new Extended(0, ORIGIN_ZEROCOPY, 0, ZEROCOPY_COPIED, notice.firstId(), notice.lastId());
        return new ErrorQueueMessage(ipv6, end, NO_STAMP, false);
    }

    /** @param errno the number of what the user is told */
    static ErrorQueueMessage of(IcmpNotice notice, boolean ipv6, int errno) {
        int origin = notice.ipv6() ? ORIGIN_ICMP6 : ORIGIN_ICMP;
        Extended extended = new Extended(errno, origin, notice.type(), notice.code(), 0, 0);
        return new ErrorQueueMessage(ipv6, extended, NO_STAMP, true);
    }

    /** Whether it is a timestamp. */
    public boolean isStamp() {
        return stampNs != NO_STAMP;
    }
}
