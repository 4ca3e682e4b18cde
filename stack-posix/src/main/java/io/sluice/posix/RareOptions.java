package io.sluice.posix;

import io.sluice.posix.PosixProfile.Trait;
import io.sluice.tcp.Knob;
import io.sluice.tcp.Knobs;
import io.sluice.tcp.PathMtuMode;
import io.sluice.tcp.RareSettings;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.SynAckTimes;
import io.sluice.tcp.TcpConnection;
import io.sluice.tcp.TcpState;
import org.jspecify.annotations.Nullable;

/** {@code getsockopt} and {@code setsockopt} of options that few stream sockets use; values are those of Linux. */
final class RareOptions {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    /** Half of the smallest receive buffer: a smaller window cannot be asked for. */
    private static final int LEAST_WINDOW = 1152;

    private static final long LONGEST_FIN_WAIT_2_S = 120;

    private static final int LARGEST_HOP_LIMIT = 255;

    /** IPV6_USE_MIN_MTU of a socket that nothing was said to: only multicast has the minimum. */
    private static final long AS_USUAL = -1;

    /** IP_PMTUDISC_*. */
    private static final int PMTUDISC_DONT = 0;

    private static final int PMTUDISC_WANT = 1;
    private static final int PMTUDISC_DO = 2;
    private static final int PMTUDISC_PROBE = 3;
    private static final int PMTUDISC_OMIT = 5;

    private final Knobs knobs;

    RareOptions(Knobs knobs) {
        this.knobs = knobs;
    }

    @Nullable Errno get(StreamSocket s, SocketOptions o, SocketOption option, long[] out) {
        switch (option) {
            case SO_RCVLOWAT -> out[0] = o.rare.receiveLowWater();
            case SO_SNDLOWAT -> out[0] = 1;
            case TCP_IS_MPTCP -> out[0] = 0;
            case TCP_WINDOW_CLAMP -> out[0] = o.rare.windowClamp();
            case TCP_LINGER2 -> out[0] = finWait2Seconds(o);
            case TCP_DEFER_ACCEPT -> out[0] = deferSeconds(o.rare.deferAcceptNs());
            case IP_MTU_DISCOVER, IPV6_MTU_DISCOVER -> out[0] = s.kept.getOrDefault(option, usualMode());
            case IP_MTU, IPV6_MTU -> {
                TcpConnection c = s.socket().connection();
                if (c == null) {
                    return Errno.ENOTCONN;
                }
                out[0] = c.path().mtu();
            }
            default -> {
                return getSwitch(s, o, option, out);
            }
        }
        return null;
    }

    private @Nullable Errno getSwitch(StreamSocket s, SocketOptions o, SocketOption option, long[] out) {
        switch (option) {
            case IP_RECVERR, IPV6_RECVERR -> out[0] = o.rare.reportsErrors() ? 1 : 0;
            case IP_MINTTL, IPV6_MINHOPCOUNT -> out[0] = o.rare.minimumHopLimit();
            case IPV6_USE_MIN_MTU -> out[0] = o.minimalMtu ? 1 : s.kept.getOrDefault(option, AS_USUAL);
            case TCP_SAVE_SYN -> out[0] = o.rare.savesSyn() ? 1 : 0;
            default -> {
                return keeps(option) ? kept(s, option, out) : getTimer(s, o, option, out);
            }
        }
        return null;
    }

    private @Nullable Errno getTimer(StreamSocket s, SocketOptions o, SocketOption option, long[] out) {
        if (!TimerOptions.has(option) || !s.has(Trait.OPTIONS_OF_LINUX)) {
            return FastOpenOptions.get(s, o, option, out);
        }
        out[0] = new TimerOptions(knobs).get(o, option);
        return null;
    }

    private static @Nullable Errno kept(StreamSocket s, SocketOption option, long[] out) {
        out[0] = s.kept.getOrDefault(option, LinuxRanges.usual(option));
        return null;
    }

    /** Whether the option is kept, and nothing else: why is in {@link SocketOption}. */
    private static boolean keeps(SocketOption option) {
        return switch (option) {
            case SO_BUSY_POLL,
                    SO_PREFER_BUSY_POLL,
                    SO_BUSY_POLL_BUDGET,
                    SO_BROADCAST,
                    SO_NO_CHECK,
                    SO_TXREHASH,
                    SO_TIMESTAMP,
                    SO_TIMESTAMPNS,
                    SO_DONTROUTE,
                    SO_INCOMING_CPU,
                    SO_RXQ_OVFL,
                    SO_SELECT_ERR_QUEUE,
                    SO_DEBUG,
                    SO_PEEK_OFF,
                    TCP_THIN_DUPACK,
                    IP_PKTINFO,
                    IP_RECVTOS,
                    IP_RECVTTL,
                    IPV6_RECVTCLASS,
                    IPV6_RECVHOPLIMIT -> true;
            default -> false;
        };
    }

    private long usualMode() {
        return knobs.isOn(Knob.PATH_MTU_DISCOVERY) ? PMTUDISC_WANT : PMTUDISC_DONT;
    }

    private long finWait2Seconds(SocketOptions o) {
        long ns = o.rare.finWait2Ns();
        return ns == RareSettings.NO_FIN_WAIT_2 ? -1 : (ns == 0 ? knobs.ns(Knob.FIN_WAIT_2_MS) : ns) / NS_PER_SECOND;
    }

    /** The time that repetitions of a SYN-ACK take which reach as far as was asked. */
    private long deferSeconds(long askedNs) {
        return SynAckTimes.totalNs(knobs, SynAckTimes.repetitions(knobs, askedNs)) / NS_PER_SECOND;
    }

    @Nullable Errno set(StreamSocket s, SocketOptions o, SocketOption option, long value) {
        switch (option) {
            case SO_RCVLOWAT -> o.rare = o.rare.receiveLowWater(lowWater(value));
            case TCP_LINGER2 -> o.rare = o.rare.finWait2Ns(finWait2Ns(value));
            case TCP_DEFER_ACCEPT ->
                o.rare = o.rare.deferAcceptNs(Math.min(Math.max(0, value), Integer.MAX_VALUE) * NS_PER_SECOND);
            case IP_RECVERR, IPV6_RECVERR -> o.rare = o.rare.reportsErrors(value != 0);
            case IP_MTU_DISCOVER, IPV6_MTU_DISCOVER -> {
                return setMode(s, o, option, value);
            }
            case TCP_WINDOW_CLAMP -> {
                return setWindowClamp(s, o, value);
            }
            case TCP_SAVE_SYN -> {
                if (value != 0 && value != 1) {
                    return Errno.EINVAL;
                }
                o.rare = o.rare.savesSyn(value == 1);
            }
            case SO_TIMESTAMP, SO_TIMESTAMPNS -> s.stamps.receiveTimes(option, value != 0);
            default -> {
                return setOfPackets(s, o, option, value);
            }
        }
        return null;
    }

    private static @Nullable Errno setOfPackets(StreamSocket s, SocketOptions o, SocketOption option, long value) {
        switch (option) {
            case IP_MINTTL, IPV6_MINHOPCOUNT -> {
                return setMinimumHopLimit(o, value);
            }
            case IPV6_USE_MIN_MTU -> {
                return setMinimalMtu(s, o, value);
            }
            case TCP_RTO_MAX_MS, TCP_RTO_MIN_US, TCP_DELACK_MAX_US -> {
                return s.has(Trait.OPTIONS_OF_LINUX) ? TimerOptions.set(o, option, value) : Errno.ENOPROTOOPT;
            }
            default -> {
                if (!keeps(option)) {
                    return Errno.ENOPROTOOPT;
                }
                s.kept.put(option, value);
                return null;
            }
        }
    }

    private static @Nullable Errno setMinimumHopLimit(SocketOptions o, long value) {
        if (value < 0 || value > LARGEST_HOP_LIMIT) {
            return Errno.EINVAL;
        }
        o.rare = o.rare.minimumHopLimit((int) value);
        return null;
    }

    private static @Nullable Errno setMinimalMtu(StreamSocket s, SocketOptions o, long value) {
        if (value < AS_USUAL || value > 1) {
            return Errno.EINVAL;
        }
        s.kept.put(SocketOption.IPV6_USE_MIN_MTU, value);
        o.minimalMtu = value == 1;
        return null;
    }

    private static int lowWater(long value) {
        return value < 0 ? Integer.MAX_VALUE : (int) Math.min(Integer.MAX_VALUE, Math.max(1, value));
    }

    private static long finWait2Ns(long seconds) {
        return seconds < 0 ? RareSettings.NO_FIN_WAIT_2 : Math.min(seconds, LONGEST_FIN_WAIT_2_S) * NS_PER_SECOND;
    }

    private static @Nullable Errno setWindowClamp(StreamSocket s, SocketOptions o, long value) {
        if (value == 0 && s.state() != TcpState.CLOSED) {
            return Errno.EINVAL;
        }
        o.rare = o.rare.windowClamp(value == 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, Math.max(LEAST_WINDOW, value)));
        return null;
    }

    private static @Nullable Errno setMode(StreamSocket s, SocketOptions o, SocketOption option, long value) {
        if (value < PMTUDISC_DONT || value > PMTUDISC_OMIT) {
            return Errno.EINVAL;
        }
        s.kept.put(option, value);
        PathMtuMode mode =
                switch ((int) value) {
                    case PMTUDISC_WANT -> PathMtuMode.WANT;
                    case PMTUDISC_DO -> PathMtuMode.DO;
                    case PMTUDISC_PROBE -> PathMtuMode.PROBE;
                    default -> PathMtuMode.DONT; // _INTERFACE and _OMIT have no DF bit, either
                };
        o.rare = o.rare.pathMtu(mode);
        return null;
    }
}
