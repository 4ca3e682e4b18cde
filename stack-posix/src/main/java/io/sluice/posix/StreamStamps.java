package io.sluice.posix;

import io.sluice.tcp.SendNotice;
import io.sluice.tcp.TcpState;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** SO_TIMESTAMPING, SO_TIMESTAMP and SO_TIMESTAMPNS of a stream socket, with Linux's bits: each counts by itself. */
final class StreamStamps {
    private static final long SENT = 0x2;
    private static final long RECEIVED = 0x8;
    private static final long SOFTWARE = 0x10;
    private static final long OCTETS = 0x80;
    private static final long SCHEDULED = 0x100;
    private static final long ACKNOWLEDGED = 0x200;
    private static final long ONLY_STAMPS = 0x800;
    private static final long STATISTICS = 0x1000;
    private static final long OCTETS_OF_STREAM = 0x1_0000;
    private static final long ALL = 0x7_FFFF;

    /** Those that ask for stamps of what is sent: all that a call may say for itself. */
    private static final long OF_WRITES = 0x4_0303;

    private final StreamSocket socket;
    private long timestamping;

    StreamStamps(StreamSocket socket) {
        this.socket = socket;
    }

    /** The bits of SO_TIMESTAMPING. */
    long timestamping() {
        return timestamping;
    }

    /** Whether SO_TIMESTAMPING is one of those that want to know when data arrived. */
    boolean toldByTimestamping() {
        return (timestamping & RECEIVED) != 0 && isTold();
    }

    /** Whether stamps are told, not only taken. */
    boolean isTold() {
        return (timestamping & SOFTWARE) != 0;
    }

    /** Whether it is told which octet a stamp is of. */
    boolean tellsOctets() {
        return (timestamping & OCTETS) != 0;
    }

    /** Whether a stamp comes without the packet. */
    boolean isWithoutPacket() {
        return (timestamping & ONLY_STAMPS) != 0;
    }

    /** Sets SO_TIMESTAMPING; null, or why not. */
    @Nullable Errno set(long bits) {
        boolean ofNothing = (bits & OCTETS_OF_STREAM) != 0 && (bits & OCTETS) == 0;
        boolean ofPacket = (bits & STATISTICS) != 0 && (bits & ONLY_STAMPS) == 0;
        if ((bits & ~ALL) != 0 || ofNothing || ofPacket) {
            return Errno.EINVAL;
        }
        boolean counts = (bits & OCTETS) != 0 && !tellsOctets();
        boolean connected = socket.socket().connection() != null && socket.state() != TcpState.CLOSED;
        if (counts && (!connected || socket.isListening())) {
            return Errno.EINVAL;
        }
        timestamping(bits);
        if (counts) {
            socket.notices().countOctets((bits & OCTETS_OF_STREAM) == 0);
        }
        return null;
    }

    /** Whether a control message of a call has bits that only sockets have. */
    static boolean isWrongForCall(ControlMessage message) {
        return (message.values().get(0) & ~OF_WRITES) != 0;
    }

    /** {@code attempt} with the stamps that the call asks for in place of those that the socket does. */
    Call.Attempt ofCall(List<ControlMessage> control, Call.Attempt attempt) {
        for (ControlMessage message : control) {
            if (message.type() == SocketOption.SO_TIMESTAMPING) {
                long bits = message.values().get(0);
                return (call, nowNs) -> {
                    stampWrites(bits);
                    attempt.make(call, nowNs);
                    stampWrites(timestamping);
                };
            }
        }
        return attempt;
    }

    /** Has what these bits ask for done. */
    void timestamping(long bits) {
        timestamping = bits;
        keepReceiveTimes();
        stampWrites(bits);
    }

    private void stampWrites(long bits) {
        Set<SendNotice.Kind> kinds = EnumSet.noneOf(SendNotice.Kind.class);
        if ((bits & SENT) != 0) {
            kinds.add(SendNotice.Kind.SENT);
        }
        if ((bits & SCHEDULED) != 0) {
            kinds.add(SendNotice.Kind.SCHEDULED);
        }
        if ((bits & ACKNOWLEDGED) != 0) {
            kinds.add(SendNotice.Kind.ACKNOWLEDGED);
        }
        if (!kinds.isEmpty() || socket.hasNotices()) {
            socket.notices().stampPackets(kinds);
        }
    }

    /** SO_TIMESTAMP or SO_TIMESTAMPNS, one of the two at most: which one says what {@code recvmsg} tells. */
    void receiveTimes(SocketOption option, boolean on) {
        socket.kept.remove(SocketOption.SO_TIMESTAMP);
        socket.kept.remove(SocketOption.SO_TIMESTAMPNS);
        if (on) {
            socket.kept.put(option, 1L);
        }
        keepReceiveTimes();
    }

    private void keepReceiveTimes() {
        boolean wanted = toldByTimestamping()
                || socket.kept.containsKey(SocketOption.SO_TIMESTAMP)
                || socket.kept.containsKey(SocketOption.SO_TIMESTAMPNS);
        socket.options().rare = socket.options().rare.stampsReceived(wanted);
    }
}
