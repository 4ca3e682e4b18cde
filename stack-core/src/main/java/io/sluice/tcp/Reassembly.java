package io.sluice.tcp;

import io.netty.buffer.ByteBuf;
import io.sluice.buffer.Payload;
import io.sluice.buffer.ReceiveQueue;
import io.sluice.wire.Seq;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Data that arrived ahead of RCV.NXT: blocks in the order of the stream, each a chain of buffers without holes, and the
 * SACK blocks to report (RFC 2018 §4). What arrived first wins where segments overlap. Bounded in blocks; the
 * connection bounds the octets by its window.
 */
final class Reassembly {
    /** RFC 2018 §3: an option has room for four blocks. */
    private static final int REPORTED = 4;

    /** The blocks that grew last, the latest first: those that an ACK reports (RFC 2018 §4). */
    private final @Nullable Block[] recent = new Block[REPORTED];

    private final ReceiveQueue.Pool pool;
    private @Nullable Block first;
    private @Nullable Block hint;
    private int blocks;
    private int recentCount;
    private long pinnedBytes;
    private long octets;

    /** No duplicate to report; the SYN's offset is -1. */
    private static final long NO_DUPLICATE = Long.MIN_VALUE;

    /** How many of {@link #recent} have grown since a FIN came by itself, if one has. */
    private int grownSinceFin;

    private long dsackLeft = NO_DUPLICATE;
    private long dsackRight = -1;

    private static final class Block {
        long start;
        long end;
        final ReceiveQueue data;

        @Nullable Block next;

        @Nullable Block previous;

        Block(ReceiveQueue.Pool pool, long start) {
            data = new ReceiveQueue(pool);
            this.start = start;
            end = start;
        }
    }

    Reassembly(ReceiveQueue.Pool pool) {
        this.pool = pool;
    }

    boolean hasBlocks() {
        return first != null || dsackLeft != NO_DUPLICATE;
    }

    boolean isEmpty() {
        return first == null;
    }

    /** Octets of memory pinned here. */
    long pinnedBytes() {
        return pinnedBytes;
    }

    /** Octets of the stream that are here. */
    long octets() {
        return octets;
    }

    /** Reports {@code [left, right)} as a duplicate with the next ACK (RFC 2883 §4). */
    void reportDuplicate(long left, long right) {
        if (right > left) {
            dsackLeft = left;
            dsackRight = right;
        }
    }

    /** As {@link #reportDuplicate}, unless the segment at hand had a duplicate before: one block reports one (RFC 2883 §4). */
    private void reportFirstDuplicate(long left, long right) {
        if (dsackLeft == NO_DUPLICATE) {
            reportDuplicate(left, right);
        }
    }

    /** Nothing is reported to a peer that does not know SACK. */
    void forgetDuplicate() {
        dsackLeft = NO_DUPLICATE;
    }

    /** Whether a duplicate waits to be reported. */
    boolean hasDuplicate() {
        return dsackLeft != NO_DUPLICATE;
    }

    /**
     * Keeps what is new of {@code [start, end)}.
     *
     * @param next whether {@code start} is RCV.NXT: then the octets leave with {@link #advance}, and are kept however many
     *     holes there are, since nothing else can ever fill the first one
     * @param packet borrowed; the data lies at {@code index}
     * @param most how many blocks there may be at most
     * @return octets kept; 0 if all of it was here already; -1 if there are too many holes
     */
    int insert(long start, long end, boolean next, ByteBuf packet, int index, Payload payload, int most) {
        int kept = 0;
        long at = start;
        while (at < end) {
            Block b = firstReaching(at);
            if (b == null || b.start > at) {
                if (blocks >= most && isApartFrom(b, end) && !(next && at == start)) {
                    return kept == 0 ? -1 : kept;
                }
                b = newBlock(b == null ? last() : b.previous, b, at);
            }
            touch(b);
            long known = at; // behind it, what was here already stays
            if (b.end == at) {
                known = b.next == null ? end : Math.min(end, b.next.start);
                kept += append(b, at, known, packet, index + (int) (at - start), payload);
                uniteWithNext(b);
            }
            reportFirstDuplicate(known, Math.min(end, b.end));
            at = b.end;
        }
        return kept;
    }

    /** Whether data that ends at {@code end} would not become a part of the block that follows it. */
    private static boolean isApartFrom(@Nullable Block following, long end) {
        return following == null || end < following.start;
    }

    private int append(Block b, long from, long to, ByteBuf packet, int index, Payload payload) {
        int n = (int) (to - from);
        ByteBuf kept = payload.keep(packet, index, n);
        long before = b.data.pinnedBytes();
        b.data.append(kept);
        pinnedBytes += b.data.pinnedBytes() - before;
        b.end = to;
        octets += n;
        return n;
    }

    /**
     * A FIN without text came ahead of RCV.NXT, at {@code offset}: it, or the block that it ends or lies in, is what the next ACK answers.
     *
     * @return whether text is held in the place of the FIN
     */
    boolean touchFin(long offset) {
        Block at = firstReaching(offset);
        if (at == null || at.start > offset) {
            grownSinceFin = 0;
            return false;
        }
        touch(at);
        return at.end > offset;
    }

    private void touch(Block b) {
        hint = b;
        int at = 0;
        while (at < recentCount && recent[at] != b) {
            at++;
        }
        grownSinceFin += at >= grownSinceFin && grownSinceFin < recent.length ? 1 : 0;
        if (at == recentCount && recentCount < recent.length) {
            recentCount++;
        }
        for (int i = Math.min(at, recent.length - 1); i > 0; i--) {
            recent[i] = recent[i - 1];
        }
        recent[0] = b;
    }

    private @Nullable Block last() {
        Block b = hint == null ? first : hint;
        while (b != null && b.next != null) {
            b = b.next;
        }
        return b;
    }

    /** Where the highest block ends; less than any offset if there is none. */
    long end() {
        Block b = last();
        return b == null ? Long.MIN_VALUE : b.end;
    }

    /** The first block that ends at or behind {@code offset}. */
    private @Nullable Block firstReaching(long offset) {
        Block b = hint == null ? first : hint;
        while (b != null && b.end < offset) {
            b = b.next;
        }
        if (b == null) {
            return null;
        }
        while (b.previous != null && b.previous.end >= offset) {
            b = b.previous;
        }
        return b;
    }

    private Block newBlock(@Nullable Block before, @Nullable Block after, long start) {
        Block b = new Block(pool, start);
        b.previous = before;
        b.next = after;
        if (before == null) {
            first = b;
        } else {
            before.next = b;
        }
        if (after != null) {
            after.previous = b;
        }
        blocks++;
        return b;
    }

    private void uniteWithNext(Block b) {
        Block next = b.next;
        if (next != null && next.start == b.end) {
            long before = b.data.pinnedBytes() + next.data.pinnedBytes();
            b.data.appendAll(next.data);
            pinnedBytes += b.data.pinnedBytes() - before;
            b.end = next.end;
            unlink(next);
        }
    }

    private void unlink(Block b) {
        if (b.previous == null) {
            first = b.next;
        } else {
            b.previous.next = b.next;
        }
        if (b.next != null) {
            b.next.previous = b.previous;
        }
        if (hint == b) {
            hint = b.previous;
        }
        blocks--;
        int kept = 0;
        int since = grownSinceFin;
        for (int i = 0; i < recentCount; i++) {
            if (recent[i] != b) {
                recent[kept++] = recent[i];
            } else if (i < since) {
                grownSinceFin--;
            }
        }
        Arrays.fill(recent, kept, recentCount, null);
        recentCount = kept;
    }

    /**
     * RCV.NXT has reached {@code nxt}: moves what is now in order to {@code target} and drops what has become old.
     *
     * @return the new RCV.NXT as an offset
     */
    long advance(long nxt, ReceiveQueue target) {
        long at = nxt;
        for (Block b = first; b != null && b.start <= at; b = first) {
            pinnedBytes -= b.data.pinnedBytes();
            octets -= b.end - b.start;
            if (b.end > at) {
                b.data.skip((int) (at - b.start));
                target.appendAll(b.data);
                at = b.end;
            } else {
                b.data.clear();
            }
            unlink(b);
        }
        return at;
    }

    /**
     * The blocks to report, as pairs of sequence numbers: a duplicate first (RFC 2883 §4), then the block of the segment
     * that arrived last, then the ones that grew before it (RFC 2018 §4).
     *
     * @param fin the offset of a FIN that is to be reported, too, or -1
     * @return how many
     */
    int sackBlocks(Tcb tcb, int[] target, int max, long fin) {
        int n = 0;
        if (dsackLeft != NO_DUPLICATE && max > 0) {
            n = put(tcb, target, n, dsackLeft, dsackRight);
            dsackLeft = NO_DUPLICATE;
        }
        int finAt = isApart(fin) ? grownSinceFin : -1; // RFC 2018 §4: what came last is first
        for (int i = 0; i <= recentCount && n < max; i++) {
            n = i == finAt ? put(tcb, target, n, fin, fin + 1) : n;
            Block b = i < recentCount && n < max ? recent[i] : null;
            if (b != null) {
                n = put(tcb, target, n, b.start, b.end == fin ? fin + 1 : b.end);
            }
        }
        return n;
    }

    /** Whether a FIN, if there is one, does not follow on text that is here, nor has its place. */
    private boolean isApart(long fin) {
        Block at = fin < 0 ? null : firstReaching(fin);
        return fin >= 0 && (at == null || at.start > fin);
    }

    private static int put(Tcb tcb, int[] target, int n, long left, long right) {
        target[2 * n] = tcb.rcv.nxt + (int) (left - tcb.rcv.nxtOffset);
        target[2 * n + 1] = tcb.rcv.nxt + (int) (right - tcb.rcv.nxtOffset);
        assert Seq.lt(target[2 * n], target[2 * n + 1]);
        return n + 1;
    }

    /** Lets go of everything. */
    void clear() {
        for (Block b = first; b != null; b = b.next) {
            b.data.clear();
        }
        first = null;
        hint = null;
        Arrays.fill(recent, null);
        recentCount = 0;
        blocks = 0;
        pinnedBytes = 0;
        octets = 0;
        dsackLeft = NO_DUPLICATE;
    }
}
