package io.sluice.tcp;

import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The urgent mechanism: RFC 9293 §3.8.5 (MUST-30), with the pointer behind the last urgent octet (MUST-62), as RFC 6093 §3
 * has it. That octet leaves the stream and is read apart, unless the user wants it in line (RFC 6093 §4 recommends that).
 */
final class Urgent {
    private static final int MAX_POINTER = 0xFFFF;

    private static UrgentState own(TcpConnection c) {
        UrgentState u = c.urgent();
        if (u == null) {
            u = new UrgentState();
            c.ownOccasional().urgent = u;
        }
        return u;
    }

    /** What was written so far is urgent (RFC 9293 §3.10.2, SEND): data of any length may be (MUST-31). */
    static void written(TcpConnection c) {
        own(c).sendUp = c.sendQueue.endOffset();
    }

    /** Whether what is still to be sent is urgent: then it does not wait. */
    static boolean isSending(TcpConnection c) {
        UrgentState u = c.urgent();
        return u != null && u.sendUp > c.tcb.snd.nxtOffset;
    }

    /** Whether urgent data is sent or to be sent, and not acknowledged. */
    static boolean isInFlight(TcpConnection c) {
        UrgentState u = c.urgent();
        return u != null && u.sendUp > c.tcb.snd.unaOffset;
    }

    /** The urgent pointer of a segment that starts at SEG.SEQ; 0 if SND.UP is not beyond that, or SND.UNA has reached it (RFC 9293 §3.8.5). */
    static int pointer(TcpConnection c, int seq) {
        UrgentState u = c.urgent();
        if (u == null || u.sendUp <= c.tcb.snd.unaOffset) {
            return 0; // a window probe starts before SND.UNA: what is acknowledged is urgent no more
        }
        return (int) Math.max(0, Math.min(u.sendUp - c.tcb.sendOffset(seq), MAX_POINTER));
    }

    /**
     * Sixth, check the URG bit: RFC 9293 §3.10.7.4; also of a segment that a closed window has no room for (MUST-66). The
     * user is told if nothing was urgent before, or the pointer advances (MUST-32).
     *
     * @param behind the sequence number behind the urgent data: SEG.SEQ + SEG.UP of the segment as it came
     */
    static void onPointer(TcpConnection c, int behind) {
        if (!c.tcb.state().receivesData() || StreamLayer.transformOf(c) != null) {
            return; // a mark in what is transformed would mean nothing to the reader
        }
        long mark = c.tcb.receiveOffset(behind) - 1;
        UrgentState u = own(c);
        if (mark < readOffset(c) || mark <= u.mark) {
            return;
        }
        u.mark = mark;
        u.atMark = false;
        u.octet = -1;
        u.taken = false;
        settle(c);
        c.signal(Readiness.URGENT);
    }

    /** The stream offset of the next octet that the user reads. */
    private static long readOffset(TcpConnection c) {
        return Math.min(c.tcb.rcv.nxtOffset, c.tcb.rcv.finOffset) - c.receiveQueue.readableBytes();
    }

    /** Something was received or read: takes the octet at the mark out of the stream where its turn has come. */
    static void settle(TcpConnection c) {
        UrgentState u = c.urgent();
        if (u == null || u.mark == UrgentState.NONE || readOffset(c) != u.mark) {
            return;
        }
        u.atMark = true;
        if (!c.options.oobInline && c.receiveQueue.readableBytes() > 0) {
            ByteBuffer one = ByteBuffer.allocate(1);
            c.receiveQueue.read(one);
            u.octet = u.taken ? -1 : one.get(0) & 0xFF;
            u.mark = UrgentState.NONE;
        }
    }

    /** Octets that one read may take: up to the mark, so that nobody reads over it unawares (RFC 6093 §2.2). */
    static int readLimit(TcpConnection c) {
        UrgentState u = c.urgent();
        if (u == null) {
            return Integer.MAX_VALUE;
        }
        long ahead = u.mark - readOffset(c);
        return u.mark == UrgentState.NONE || ahead <= 0 ? Integer.MAX_VALUE : (int) Math.min(ahead, Integer.MAX_VALUE);
    }

    /** The user has read octets of the stream. */
    static void onRead(TcpConnection c) {
        UrgentState u = c.urgent();
        if (u == null) {
            return;
        }
        u.atMark = false;
        if (u.mark != UrgentState.NONE && readOffset(c) > u.mark) {
            u.mark = UrgentState.NONE;
        }
        settle(c);
    }

    /** Octets up to and with the mark that are to be read or still to come: 0 if nothing is urgent (MUST-33). */
    static long bytesToMark(TcpConnection c) {
        UrgentState u = c.urgent();
        return u == null || u.mark == UrgentState.NONE ? 0 : Math.max(0, u.mark + 1 - readOffset(c));
    }

    static boolean isAtMark(TcpConnection c) {
        UrgentState u = c.urgent();
        return u != null && u.atMark;
    }

    /** Whether there is an urgent octet to be read apart. */
    static boolean isPending(TcpConnection c) {
        UrgentState u = c.urgent();
        return u != null && (u.octet >= 0 || (u.mark != UrgentState.NONE && !u.taken));
    }

    /** Why {@link #take} has nothing to give. */
    static @Nullable SocketError takeError(TcpConnection c) {
        UrgentState u = c.urgent();
        if (c.options.oobInline || u == null || (u.octet < 0 && (u.taken || u.mark == UrgentState.NONE))) {
            return SocketError.INVALID_ARGUMENT;
        }
        return u.octet < 0 && c.tcb.rcv.nxtOffset <= u.mark ? SocketError.WOULD_BLOCK : null;
    }

    /**
     * The urgent octet apart from the stream; only if {@link #takeError} is null.
     *
     * @param peek whether it stays
     */
    static int take(TcpConnection c, boolean peek) {
        UrgentState u = own(c);
        int octet = u.octet;
        if (octet < 0) {
            ByteBuffer one = ByteBuffer.allocate(1);
            c.receiveQueue.peek(one, (int) (u.mark - readOffset(c)));
            octet = one.get(0) & 0xFF;
        }
        if (!peek) {
            u.octet = -1;
            u.taken = true;
        }
        return octet;
    }

    /** The flag and pointer in a finished header, where there is something urgent to tell. */
    static void mark(ByteBuffer header, int tcp, int pointer) {
        if (pointer > 0) {
            header.put(tcp + 13, (byte) (header.get(tcp + 13) | TcpHeader.URG));
            header.putShort(tcp + 18, (short) pointer);
        }
    }

    private Urgent() {}
}
