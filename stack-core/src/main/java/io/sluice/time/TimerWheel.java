package io.sluice.time;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A hierarchical timing wheel: four levels of 256 slots, a slot of the lowest being 2^17 ns (131 µs) wide; deadlines
 * keep their full resolution. Arming and disarming take constant time and allocate nothing; expiry is in the order of
 * slots, and exact: no node expires before its deadline, and none is left behind once {@link #advance} was called with
 * its deadline or later. Confined to one thread.
 */
public final class TimerWheel {
    static final int UNARMED = -1;

    private static final int LEVELS = 4;
    private static final int SLOT_BITS = 8;
    private static final int SLOTS = 1 << SLOT_BITS;
    private static final int SLOT_MASK = SLOTS - 1;
    private static final int TICK_SHIFT = 17;
    /** As far ahead as a node is filed; later ones are filed there and move on when their turn comes. */
    private static final long MAX_TICKS = (1L << (SLOT_BITS * LEVELS)) - (1L << (SLOT_BITS * (LEVELS - 1))) - 1;

    private final @Nullable TimerNode[] slots = new TimerNode[LEVELS * SLOTS];
    private final long[] occupied = new long[LEVELS * SLOTS / Long.SIZE];
    private long currentTick;
    private int size;
    private long nextDeadlineNs = Deadline.NEVER;
    private boolean nextDeadlineKnown = true;

    /** @param nowNs where this wheel's time starts */
    public TimerWheel(long nowNs) {
        currentTick = nowNs >>> TICK_SHIFT;
    }

    /** Armed nodes. */
    public int size() {
        return size;
    }

    /** Arms the node for {@code deadlineNs}, wherever it was before; {@link Deadline#NEVER} disarms it. */
    public void arm(TimerNode node, long deadlineNs) {
        if (node.wheelSlot != UNARMED) {
            if (node.deadlineNs == deadlineNs) {
                return;
            }
            disarm(node);
        }
        if (deadlineNs == Deadline.NEVER) {
            return;
        }
        node.deadlineNs = deadlineNs;
        insert(node);
        size++;
        if (nextDeadlineKnown && deadlineNs < nextDeadlineNs) {
            nextDeadlineNs = deadlineNs;
        }
    }

    /** Disarms the node, if it is armed. */
    public void disarm(TimerNode node) {
        if (node.wheelSlot == UNARMED) {
            return;
        }
        int slot = node.wheelSlot;
        unlink(node);
        size--;
        boolean wasFirstToComeDown = slot >= SLOTS && slots[slot] == null;
        if (node.deadlineNs == nextDeadlineNs || wasFirstToComeDown) {
            nextDeadlineKnown = false;
        }
        node.deadlineNs = Deadline.NEVER;
    }

    /**
     * When {@link #advance} has something to do next, or {@link Deadline#NEVER} if nothing is armed: never later than the
     * earliest deadline, and exactly that if its node is on the lowest level. A node further away has to be brought closer
     * on the way, at most three times.
     */
    public long nextDeadlineNs() {
        if (!nextDeadlineKnown) {
            nextDeadlineNs = size == 0 ? Deadline.NEVER : earliest();
            nextDeadlineKnown = true;
        }
        return nextDeadlineNs;
    }

    /** Expires every node whose deadline is {@code nowNs} or earlier, those armed meanwhile included. */
    public void advance(long nowNs) {
        long nowTick = nowNs >>> TICK_SHIFT;
        while (nextDeadlineNs() <= nowNs) {
            long tick = Math.max(currentTick, Math.min(nowTick, nextDeadlineNs >> TICK_SHIFT));
            moveTo(tick);
            expireSlot((int) (tick & SLOT_MASK), nowNs);
            nextDeadlineKnown = false;
        }
        if (nowTick > currentTick) {
            moveTo(nowTick);
        }
    }

    /** Steps over ticks in which nothing expires, bringing nodes down from the higher levels where a turn begins. */
    private void moveTo(long tick) {
        long from = currentTick;
        currentTick = Math.max(currentTick, tick);
        for (int level = LEVELS - 1; level > 0; level--) {
            int shift = SLOT_BITS * level;
            long first = from >>> shift;
            long last = currentTick >>> shift;
            if (first == last) {
                continue;
            }
            for (long s = Math.max(first + 1, last - SLOT_MASK); s <= last; s++) {
                cascade(level * SLOTS + (int) (s & SLOT_MASK));
            }
        }
    }

    private void cascade(int slot) {
        TimerNode node = slots[slot];
        if (node == null) {
            return;
        }
        slots[slot] = null;
        clear(slot);
        while (node != null) {
            TimerNode next = node.wheelNext;
            insert(node);
            node = next;
        }
    }

    private void expireSlot(int slot, long nowNs) {
        TimerNode node = slots[slot];
        while (node != null) {
            if (node.deadlineNs <= nowNs) {
                disarm(node);
                node.onExpired(nowNs);
                node = slots[slot]; // anything may have changed: start again
            } else {
                node = node.wheelNext;
            }
        }
    }

    private void insert(TimerNode node) {
        long tick = Math.max(node.deadlineNs >> TICK_SHIFT, currentTick); // signed: the past may lie before zero
        long ahead = Math.min(tick - currentTick, MAX_TICKS);
        tick = currentTick + ahead;
        int level = 0;
        while (level < LEVELS - 1 && (tick >>> (SLOT_BITS * level)) - (currentTick >>> (SLOT_BITS * level)) >= SLOTS) {
            level++;
        }
        int slot = level * SLOTS + (int) ((tick >>> (SLOT_BITS * level)) & SLOT_MASK);
        TimerNode head = slots[slot];
        node.wheelSlot = slot;
        node.wheelPrevious = null;
        node.wheelNext = head;
        if (head != null) {
            head.wheelPrevious = node;
        }
        slots[slot] = node;
        occupied[slot >>> 6] |= 1L << slot;
    }

    private void unlink(TimerNode node) {
        TimerNode previous = node.wheelPrevious;
        TimerNode next = node.wheelNext;
        if (previous == null) {
            slots[node.wheelSlot] = next;
            if (next == null) {
                clear(node.wheelSlot);
            }
        } else {
            previous.wheelNext = next;
        }
        if (next != null) {
            next.wheelPrevious = previous;
        }
        node.wheelPrevious = null;
        node.wheelNext = null;
        node.wheelSlot = UNARMED;
    }

    private void clear(int slot) {
        occupied[slot >>> 6] &= ~(1L << slot);
    }

    /** Exact on the lowest level; on the others the time at which the first occupied slot comes down. */
    private long earliest() {
        long earliest = Deadline.NEVER;
        int slot = firstOccupied(0);
        for (TimerNode n = slot < 0 ? null : slots[slot]; n != null; n = n.wheelNext) {
            earliest = Math.min(earliest, n.deadlineNs);
        }
        for (int level = 1; level < LEVELS; level++) {
            slot = firstOccupied(level);
            if (slot >= 0) {
                long current = currentTick >>> (SLOT_BITS * level);
                long ahead = (slot - current) & SLOT_MASK;
                earliest = Math.min(earliest, ((current + ahead) << (SLOT_BITS * level)) << TICK_SHIFT);
            }
        }
        return earliest;
    }

    /** The first occupied slot of a level, in the order of time from now on, or -1. */
    private int firstOccupied(int level) {
        int start = (int) ((currentTick >>> (SLOT_BITS * level)) & SLOT_MASK);
        int base = level * SLOTS;
        for (int i = 0; i <= SLOTS / Long.SIZE; i++) {
            int word = ((start >>> 6) + i) & (SLOTS / Long.SIZE - 1);
            long bits = occupied[(base >>> 6) + word];
            if (i == 0) {
                bits &= -1L << start;
            } else if (i == SLOTS / Long.SIZE) {
                bits &= ~(-1L << start);
            }
            if (bits != 0) {
                return base + (word << 6) + Long.numberOfTrailingZeros(bits);
            }
        }
        return -1;
    }

    /** Disarms everything. */
    public void clear() {
        for (int slot = 0; slot < slots.length; slot++) {
            for (TimerNode n = slots[slot]; n != null; n = slots[slot]) {
                unlink(n);
                n.deadlineNs = Deadline.NEVER;
            }
        }
        Arrays.fill(occupied, 0);
        size = 0;
        nextDeadlineNs = Deadline.NEVER;
        nextDeadlineKnown = true;
    }
}
