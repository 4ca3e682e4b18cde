package io.sluice.posix;

import io.sluice.tcp.Knob;
import io.sluice.tcp.Knobs;
import org.jspecify.annotations.Nullable;

/** What Linux makes of the values of some socket options (socket(7), ip(7), tcp(7)). */
final class LinuxRanges {
    private static final int MOST_SYN_RETRIES = 127;

    /** SO_TXREHASH: what the host says, which is yes. */
    private static final long TXREHASH_OF_HOST = -1;

    private final Knobs knobs;

    LinuxRanges(Knobs knobs) {
        this.knobs = knobs;
    }

    /** Why a value is refused; null if it is not. */
    static @Nullable Errno refusal(SocketOption option, long value) {
        boolean outside =
                switch (option) {
                    case SO_BUSY_POLL -> value < 0;
                    case SO_TXREHASH -> value < TXREHASH_OF_HOST || value > 1;
                    case TCP_SYNCNT -> value > MOST_SYN_RETRIES;
                    case TCP_THIN_DUPACK -> value != 0 && value != 1;
                    default -> false;
                };
        return outside ? Errno.EINVAL : null;
    }

    /** The value that is meant. */
    long meant(SocketOption option, long value) {
        if (isSwitch(option)) {
            return value == 0 ? 0 : 1;
        }
        return switch (option) {
            case SO_TXREHASH -> value == TXREHASH_OF_HOST ? 1 : value;
            case TCP_THIN_DUPACK -> 0; // gone since 4.13
            case IP_TOS -> value & 0xFF;
            case IPV6_TCLASS -> value == -1 ? 0 : value;
            case SO_RCVBUF, SO_SNDBUF -> unsigned(value);
            case SO_RCVLOWAT -> Math.min(unsigned(value), knobs.get(Knob.RECEIVE_BUFFER_MAX) / 2);
            default -> value;
        };
    }

    private static boolean isSwitch(SocketOption option) {
        return switch (option) {
            case SO_BROADCAST,
                    SO_NO_CHECK,
                    SO_DONTROUTE,
                    SO_DEBUG,
                    SO_RXQ_OVFL,
                    SO_SELECT_ERR_QUEUE,
                    IP_PKTINFO,
                    IP_RECVTOS,
                    IP_RECVTTL,
                    IPV6_RECVTCLASS,
                    IPV6_RECVHOPLIMIT,
                    TCP_QUICKACK -> true;
            default -> false;
        };
    }

    private static long unsigned(long value) {
        return value < 0 ? Integer.MAX_VALUE : value;
    }

    /** What a kept option is before it is set. */
    static long usual(SocketOption option) {
        return switch (option) {
            case SO_TXREHASH -> 1;
            case SO_INCOMING_CPU, SO_PEEK_OFF -> -1;
            default -> 0;
        };
    }
}
