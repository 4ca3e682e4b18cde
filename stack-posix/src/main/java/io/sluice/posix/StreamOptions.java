package io.sluice.posix;

import io.sluice.api.TcpOption;
import io.sluice.cc.CongestionControlFactory;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.NewReno;
import io.sluice.event.SocketError;
import io.sluice.link.Path;
import io.sluice.posix.PosixProfile.Trait;
import io.sluice.tcp.Knob;
import io.sluice.tcp.Knobs;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.StackRefusal;
import io.sluice.tcp.TcpConnection;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStacks;
import io.sluice.tcp.TcpState;
import io.sluice.wire.IpProtocol;
import org.jspecify.annotations.Nullable;

/** {@code getsockopt} and {@code setsockopt} of stream sockets. */
final class StreamOptions {
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long NS_PER_MS = 1_000_000L;
    private static final long NS_PER_MICROSECOND = 1_000L;
    private static final int SOCK_STREAM = 1;

    /** What some call {@link NewReno}. */
    private static final String FREEBSD = "freebsd";

    private static final String RENO = "reno";

    /** SO_MAX_PACING_RATE where there is none, as kernels tell it. */
    private static final long NO_PACING_LIMIT = 0xFFFF_FFFFL;

    /** What TCP_MAXSEG can be on Linux; and its lower bound on FreeBSD: net.inet.tcp.minmss less 40. */
    private static final int LEAST_MAXSEG = 88;

    private static final int GREATEST_MAXSEG = 32_767;
    private static final int LEAST_MAXSEG_TO_LOWER = 176;
    private static final int DEFAULT_MSS_V4 = 536;
    private static final int DEFAULT_MSS_V6 = 1220;

    /** Octets of the headers of IP and TCP. */
    private static final int HEADERS_V4 = 40;

    private static final int HEADERS_V6 = 60;

    private static final int GREATEST_KEEPALIVE_SECONDS = 32_767;
    private static final int GREATEST_KEEPALIVE_PROBES = 127;

    /** The smallest buffers that a socket can be given. */
    private static final int SMALLEST_BUFFER = 2304;

    private static final int SMALLEST_SEND_BUFFER = 4608;

    private final Knobs knobs;
    private final TcpStacks stacks;
    private final FastOpenOptions fastOpenOptions;
    private final RareOptions rareOptions;
    private final LinuxRanges linuxRanges;

    StreamOptions(Knobs knobs, TcpStacks stacks) {
        this.knobs = knobs;
        this.stacks = stacks;
        this.fastOpenOptions = new FastOpenOptions(knobs);
        this.rareOptions = new RareOptions(knobs);
        this.linuxRanges = new LinuxRanges(knobs);
    }

    /** Reads an option into {@code out}; null, or why not. */
    @Nullable Errno get(StreamSocket s, SocketOption option, long[] out) {
        if (out.length < option.valueCount()) {
            return Errno.EINVAL;
        }
        Errno error = getGeneral(s, s.options(), option, out);
        if (error == null && s.has(Trait.SWITCHES_READ_AS_FLAGS)) {
            out[0] *= flag(option);
        }
        return error;
    }

    /** FreeBSD's bit for a switch; 1 for what is none. */
    private static int flag(SocketOption option) {
        return switch (option) {
            case SO_ACCEPTCONN -> 0x2;
            case SO_REUSEADDR, TCP_NODELAY -> 0x4;
            case SO_KEEPALIVE, TCP_NOOPT -> 0x8;
            case SO_LINGER -> 0x80;
            case SO_OOBINLINE -> 0x100;
            case SO_REUSEPORT -> 0x200;
            case TCP_NOPUSH -> 0x1000;
            default -> 1;
        };
    }

    private @Nullable Errno getGeneral(StreamSocket s, SocketOptions o, SocketOption option, long[] out) {
        switch (option) {
            case SO_ERROR -> out[0] = s.takeErrorNumber();
            case SO_TYPE -> out[0] = SOCK_STREAM;
            case SO_ACCEPTCONN -> out[0] = bit(s.isListening());
            case SO_REUSEADDR -> out[0] = bit(o.reuseAddress);
            case SO_REUSEPORT -> out[0] = bit(o.reusePort);
            case SO_KEEPALIVE -> out[0] = bit(o.keepAlive);
            case SO_OOBINLINE -> out[0] = bit(o.oobInline);
            case SO_LINGER -> {
                out[0] = bit(o.lingerSeconds >= 0);
                out[1] = Math.max(0, o.lingerSeconds);
            }
            default -> {
                return getLimit(s, o, option, out);
            }
        }
        return null;
    }

    private @Nullable Errno getLimit(StreamSocket s, SocketOptions o, SocketOption option, long[] out) {
        switch (option) {
            case SO_RCVBUF -> out[0] = receiveBuffer(o);
            case SO_SNDBUF -> out[0] = o.sendBuffer;
            case SO_RCVTIMEO -> putTime(out, s.receiveTimeoutNs);
            case SO_SNDTIMEO -> putTime(out, s.sendTimeoutNs);
            case SO_ZEROCOPY -> out[0] = bit(s.zeroCopy);
            case SO_TIMESTAMPING -> out[0] = s.stamps.timestamping();
            case SO_MARK -> out[0] = s.mark;
            case SO_PRIORITY -> out[0] = s.priority;
            case SO_DOMAIN -> out[0] = s.domain();
            case SO_PROTOCOL -> out[0] = IpProtocol.TCP;
            case TCP_INQ -> out[0] = bit(s.tellsUnread);
            default -> {
                return getProtocolOption(s, o, option, out);
            }
        }
        return null;
    }

    private @Nullable Errno getProtocolOption(StreamSocket s, SocketOptions o, SocketOption option, long[] out) {
        switch (option) {
            case IP_TOS, IPV6_TCLASS -> out[0] = o.trafficClass;
            case IP_TTL, IPV6_UNICAST_HOPS -> out[0] = o.hopLimit > 0 ? o.hopLimit : Path.DEFAULT_HOP_LIMIT;
            case IPV6_V6ONLY -> out[0] = bit(s.ipv6Only);
            case TCP_NODELAY -> out[0] = bit(o.noDelay);
            case TCP_NOTSENT_LOWAT -> out[0] = Integer.toUnsignedLong(o.notSentLowWater);
            case TCP_CORK, TCP_NOPUSH -> out[0] = bit(o.cork);
            case TCP_MAXSEG -> out[0] = maxSegment(s, o);
            case TCP_NOOPT -> out[0] = bit(o.noOptions);
            case TCP_REMOTE_UDP_ENCAPS_PORT -> out[0] = remoteUdpPort(s, o);
            default -> {
                return getTimer(s, o, option, out);
            }
        }
        return null;
    }

    private @Nullable Errno getTimer(StreamSocket s, SocketOptions o, SocketOption option, long[] out) {
        switch (option) {
            case TCP_MD5SIG -> out[0] = bit(s.authentication().usesHostMd5());
            case SO_MAX_PACING_RATE -> out[0] = Math.min(o.maxPacingRate, NO_PACING_LIMIT);
            case TCP_KEEPIDLE -> out[0] = o.keepAliveIdleNs / NS_PER_SECOND;
            case TCP_KEEPINTVL -> out[0] = o.keepAliveIntervalNs / NS_PER_SECOND;
            case TCP_KEEPCNT -> out[0] = o.keepAliveProbes;
            case TCP_KEEPINIT -> out[0] = o.connectTimeoutNs / NS_PER_SECOND;
            case TCP_SYNCNT -> out[0] = synRetries(o);
            case TCP_USER_TIMEOUT -> out[0] = o.userTimeoutNs / NS_PER_MS;
            case TCP_QUICKACK -> out[0] = bit(acknowledgesQuickly(s, o));
            default -> {
                return rareOptions.get(s, o, option, out);
            }
        }
        return null;
    }

    private static boolean acknowledgesQuickly(StreamSocket s, SocketOptions o) {
        TcpConnection c = s.socket().connection();
        return !Boolean.FALSE.equals(o.quickAck)
                && (c == null || !c.info().receiver().interactive());
    }

    private long synRetries(SocketOptions o) {
        return o.synRetries > 0 ? o.synRetries : knobs.get(Knob.SYN_RETRIES);
    }

    /** What a segment may carry: with its options or, on Linux where there is a connection, beside them. */
    private static int maxSegment(StreamSocket s, SocketOptions o) {
        TcpConnection c = s.socket().connection();
        if (s.has(Trait.MAXSEG_ONLY_LOWERS)) {
            return c != null && c.state().isSynchronized() ? c.maxSegment() : usualSegment(s, o);
        }
        if (c == null || c.state() == TcpState.CLOSED) {
            int known = c == null ? DEFAULT_MSS_V4 : c.info().sendMss();
            return o.maxSegment > 0 ? o.maxSegment : known;
        }
        boolean chosen = o.maxSegment > 0 && !c.state().isSynchronized(); // the peer has not said what it takes
        return c.info().sendMss() + (chosen ? Math.min(o.maxSegment, ofPath(c)) - c.maxSegment() : 0);
    }

    /** RFC 9293 §3.7.1 (MUST-15): what is sent where nothing else is known. */
    private static int usualSegment(StreamSocket s, SocketOptions o) {
        if (o.maxSegment > 0) {
            return o.maxSegment;
        }
        return s.ipv6 ? DEFAULT_MSS_V6 : DEFAULT_MSS_V4;
    }

    private static int ofPath(TcpConnection c) {
        return c.path().mtu() - (c.path().ipv6() ? HEADERS_V6 : HEADERS_V4);
    }

    private static int remoteUdpPort(StreamSocket s, SocketOptions o) {
        TcpConnection c = s.socket().connection();
        return c == null ? o.remoteUdpPort : c.udpPort();
    }

    private static void putTime(long[] out, long ns) {
        out[0] = ns / NS_PER_SECOND;
        out[1] = ns % NS_PER_SECOND / NS_PER_MICROSECOND;
    }

    private static int bit(boolean on) {
        return on ? 1 : 0;
    }

    /** Sets an option; null, or why not. */
    @Nullable Errno set(StreamSocket s, SocketOption option, long[] values, long nowNs) {
        if (values.length < option.valueCount()) {
            return Errno.EINVAL;
        }
        boolean linux = s.has(Trait.OPTIONS_OF_LINUX);
        Errno refused = linux ? LinuxRanges.refusal(option, values[0]) : null;
        if (refused != null) {
            return refused;
        }
        long first = linux ? linuxRanges.meant(option, values[0]) : values[0];
        Errno errno = option == SocketOption.TCP_MD5SIG ? setMd5(s, first) : set(s, option, first, values);
        TcpConnection c = s.socket().connection();
        if (errno == null && c != null) {
            c.optionsChanged(nowNs);
        }
        return errno;
    }

    private static @Nullable Errno setMd5(StreamSocket s, long value) {
        SocketError error = s.authentication().useHostMd5(value != 0);
        return error == null ? null : s.errno(error);
    }

    private @Nullable Errno set(StreamSocket s, SocketOption option, long value, long[] values) {
        SocketOptions o = s.options();
        switch (option) {
            case SO_REUSEADDR -> o.reuseAddress = value != 0;
            case SO_REUSEPORT -> o.reusePort = value != 0;
            case SO_KEEPALIVE -> o.keepAlive = value != 0;
            case SO_OOBINLINE -> o.oobInline = value != 0;
            case SO_LINGER -> o.lingerSeconds = value == 0 ? -1 : (int) Math.max(0, values[1]);
            case SO_RCVBUF ->
                o.fixReceiveBuffer(buffer(value, SMALLEST_BUFFER) / overhead()); // the rest surrounds text
            case SO_SNDBUF -> o.fixSendBuffer(buffer(value, SMALLEST_SEND_BUFFER));
            case SO_RCVTIMEO -> s.receiveTimeoutNs = time(values);
            case SO_SNDTIMEO -> s.sendTimeoutNs = time(values);
            case SO_ZEROCOPY,
                    SO_TIMESTAMPING,
                    SO_MARK,
                    SO_PRIORITY,
                    SO_MAX_PACING_RATE,
                    TCP_INQ,
                    SO_RCVBUFFORCE,
                    SO_SNDBUFFORCE -> {
                return setOfPackets(s, option, value);
            }
            default -> {
                return setProtocolOption(s, o, option, value);
            }
        }
        return null;
    }

    private @Nullable Errno setProtocolOption(StreamSocket s, SocketOptions o, SocketOption option, long value) {
        switch (option) {
            case IP_TOS, IPV6_TCLASS -> {
                return setTrafficClass(o, value);
            }
            case IP_TTL, IPV6_UNICAST_HOPS -> {
                return setHopLimit(o, value);
            }
            case IPV6_V6ONLY -> s.ipv6Only = value != 0;
            case TCP_NODELAY -> o.noDelay = value != 0;
            case TCP_NOTSENT_LOWAT -> o.notSentLowWater = (int) value;
            case TCP_CORK, TCP_NOPUSH -> o.cork = value != 0;
            case TCP_MAXSEG -> {
                return setMaxSegment(s, o, value);
            }
            case TCP_NOOPT -> o.noOptions = value != 0;
            case TCP_REMOTE_UDP_ENCAPS_PORT -> {
                return setRemoteUdpPort(s, o, value);
            }
            case TCP_FASTOPEN, TCP_FASTOPEN_CONNECT, TCP_FASTOPEN_NO_COOKIE -> {
                return fastOpenOptions.set(s, o, option, value);
            }
            default -> {
                return setTimer(s, o, option, value);
            }
        }
        return null;
    }

    /** A limit of no octets counts as one, as for an active connection it would be none at all. */
    private static long pacingRate(long value) {
        return value < 0 || value == NO_PACING_LIMIT ? CongestionWindow.UNPACED : Math.max(1, value);
    }

    private @Nullable Errno setTimer(StreamSocket s, SocketOptions o, SocketOption option, long value) {
        if (isTimer(option) && isOutside(s, option, value)) {
            return Errno.EINVAL;
        }
        switch (option) {
            case TCP_KEEPIDLE -> o.keepAliveIdleNs = value * NS_PER_SECOND;
            case TCP_KEEPINTVL -> o.keepAliveIntervalNs = value * NS_PER_SECOND;
            case TCP_KEEPCNT -> o.keepAliveProbes = (short) Math.min(value, Short.MAX_VALUE);
            case TCP_KEEPINIT -> o.connectTimeoutNs = value * NS_PER_SECOND;
            case TCP_USER_TIMEOUT -> o.userTimeoutNs = value * NS_PER_MS;
            case TCP_QUICKACK -> o.quickAck = value != 0;
            case TCP_SYNCNT -> {
                return TcpOption.TCP_SYNCNT.set(o, (int) value) && value > 0 ? null : Errno.EINVAL;
            }
            default -> {
                return rareOptions.set(s, o, option, value);
            }
        }
        return null;
    }

    private static boolean isTimer(SocketOption option) {
        return switch (option) {
            case TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_KEEPINIT, TCP_USER_TIMEOUT, TCP_QUICKACK, TCP_SYNCNT ->
                true;
            default -> false;
        };
    }

    /** Whether the value of a timer or a number of repetitions is one that the kernel refuses. */
    private static boolean isOutside(StreamSocket s, SocketOption option, long value) {
        if (value < 0 || value > Integer.MAX_VALUE) {
            return true;
        }
        if (!s.has(Trait.KEEPALIVE_LIMITS)) {
            return false;
        }
        return switch (option) {
            case TCP_KEEPIDLE, TCP_KEEPINTVL -> value < 1 || value > GREATEST_KEEPALIVE_SECONDS;
            case TCP_KEEPCNT -> value < 1 || value > GREATEST_KEEPALIVE_PROBES;
            default -> false;
        };
    }

    private static @Nullable Errno setTrafficClass(SocketOptions o, long value) {
        if (value < 0 || value > 0xFF) {
            return Errno.EINVAL;
        }
        o.trafficClass = (short) (value & ~0x3); // the two bits of ECN are TCP's (RFC 3168 §5)
        return null;
    }

    private static @Nullable Errno setMaxSegment(StreamSocket s, SocketOptions o, long value) {
        boolean onlyLowers = s.has(Trait.MAXSEG_ONLY_LOWERS);
        long least = onlyLowers ? LEAST_MAXSEG_TO_LOWER : LEAST_MAXSEG;
        long most = onlyLowers ? maxSegment(s, o) : GREATEST_MAXSEG;
        boolean reset = value == 0 && !onlyLowers;
        if (!reset && (value < least || value > most)) {
            return Errno.EINVAL;
        }
        o.maxSegment = (char) value;
        return null;
    }

    /** Only of a socket that neither listens nor has connected, and only if the host has a port for TCP over UDP. */
    private @Nullable Errno setRemoteUdpPort(StreamSocket s, SocketOptions o, long value) {
        boolean closed = !s.isListening() && s.socket().connection() == null;
        boolean possible = value == 0 || knobs.get(Knob.UDP_TUNNELING_PORT) != 0;
        if (!closed || !possible || value < 0 || value > 0xFFFF) {
            return Errno.EINVAL;
        }
        o.remoteUdpPort = (char) value;
        return null;
    }

    private static @Nullable Errno setHopLimit(SocketOptions o, long value) {
        if (value < -1 || value == 0 || value > 0xFF) {
            return Errno.EINVAL;
        }
        o.hopLimit = (short) (value == -1 ? 0 : value);
        return null;
    }

    private @Nullable Errno setOfPackets(StreamSocket s, SocketOption option, long value) {
        boolean isSwitch = option == SocketOption.SO_ZEROCOPY || option == SocketOption.TCP_INQ;
        if (isSwitch && value != 0 && value != 1) {
            return Errno.EINVAL;
        }
        switch (option) {
            case SO_MAX_PACING_RATE -> s.options().maxPacingRate = pacingRate(value);
            case SO_RCVBUFFORCE -> s.options().fixReceiveBuffer(unlimited(value) / overhead());
            case SO_SNDBUFFORCE -> s.options().fixSendBuffer(unlimited(value));
            case SO_ZEROCOPY -> s.zeroCopy = value != 0;
            case SO_TIMESTAMPING -> {
                return s.stamps.set(value);
            }
            case SO_PRIORITY -> s.priority = value;
            case TCP_INQ -> s.tellsUnread = value != 0;
            default -> s.mark = value;
        }
        return null;
    }

    /** Sets an option whose value is a name; null, or why not. */
    @Nullable Errno set(StreamSocket s, SocketOption option, String name, long nowNs) {
        switch (option) {
            case TCP_FUNCTION_BLK -> {
                return setStack(s, name, nowNs);
            }
            case TCP_CONGESTION -> {
                CongestionControlFactory f = knobs.congestionControls().named(name.equals(RENO) ? NewReno.NAME : name);
                if (f == null) {
                    return s.has(Trait.UNKNOWN_CONGESTION_CONTROL_IS_ESRCH) ? Errno.ESRCH : Errno.ENOENT;
                }
                s.socket().set(TcpOption.TCP_CONGESTION, f, nowNs);
            }
            default -> {
                return Errno.ENOPROTOOPT;
            }
        }
        return null;
    }

    /** As FreeBSD: ENOENT for an unknown name, else what speaks against the change on this connection. */
    private @Nullable Errno setStack(StreamSocket s, String name, long nowNs) {
        TcpStack stack = stacks.named(name);
        if (stack == null) {
            return Errno.ENOENT;
        }
        if (s.isListening()) {
            s.options().stack = stack;
            return null;
        }
        StackRefusal refusal = s.socket().stack(stack, nowNs);
        boolean later = refusal != null && refusal.error() == SocketError.WOULD_BLOCK;
        return refusal == null ? null : later ? Errno.EAGAIN : Errno.EINVAL;
    }

    /** The value of an option that is a name, or null if there is no such option to read. */
    static @Nullable String getName(StreamSocket s, SocketOption option) {
        return switch (option) {
            case TCP_FUNCTION_BLK -> stack(s);
            case TCP_CONGESTION -> congestionControl(s);
            default -> null;
        };
    }

    private static String stack(StreamSocket s) {
        TcpStack stack = s.options().stack;
        return s.has(Trait.DEFAULT_STACK_IS_FREEBSD) && stack.equals(TcpStack.DEFAULT) ? FREEBSD : stack.name();
    }

    private static String congestionControl(StreamSocket s) {
        TcpConnection c = s.socket().connection();
        String name = c == null
                ? s.options().usualCongestionControl().name()
                : c.info().congestionControl();
        return s.has(Trait.NEWRENO_IS_RENO) && name.equals(NewReno.NAME) ? RENO : name;
    }

    /** SO_RCVBUFFORCE and SO_SNDBUFFORCE: beyond the host's limit. */
    private int unlimited(long asked) {
        long bytes = Math.min(Math.max(asked, 0), Integer.MAX_VALUE / 2);
        return (int) Math.max(SMALLEST_BUFFER, knobs.isOn(Knob.DOUBLE_BUFFER_OPTIONS) ? 2 * bytes : bytes);
    }

    private int buffer(long asked, int least) {
        long bytes = Math.min(Math.max(asked, 0), knobs.get(Knob.MAX_SOCKET_BUFFER));
        if (knobs.isOn(Knob.DOUBLE_BUFFER_OPTIONS)) {
            bytes = Math.max(least, 2 * bytes);
        }
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, bytes));
    }

    private long receiveBuffer(SocketOptions o) {
        return o.receiveBufferFixed ? (long) o.receiveBuffer * overhead() : o.receiveBuffer;
    }

    /** What SO_RCVBUF says for each octet of text that it has room for. */
    private int overhead() {
        return knobs.isOn(Knob.DOUBLE_BUFFER_OPTIONS) ? 2 : 1;
    }

    private static long time(long[] values) {
        return values[0] * NS_PER_SECOND + values[1] * NS_PER_MICROSECOND;
    }
}
