package io.sluice.posix;

import io.sluice.tcp.SendNotice;
import java.util.EnumSet;
import java.util.Set;

/** SO_TIMESTAMPING, SO_TIMESTAMP and SO_TIMESTAMPNS of a stream socket, with Linux's bits: each counts by itself. */
final class StreamStamps {
    private static final long SENT = 0x2;

    /** SOF_TIMESTAMPING_RX_HARDWARE and _SOFTWARE. */
    private static final long RECEIVED = 0xC;

    private static final long SCHEDULED = 0x100;
    private static final long ACKNOWLEDGED = 0x200;

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
        return (timestamping & RECEIVED) != 0;
    }

    /** Sets SO_TIMESTAMPING. */
    void timestamping(long bits) {
        timestamping = bits;
        keepReceiveTimes();
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
            socket.notices().stampWrites(kinds);
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
