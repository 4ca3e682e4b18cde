package io.sluice.buffer;

import org.jspecify.annotations.Nullable;

/**
 * A limit on memory and what is used of it, in octets of capacity pinned (not of payload held). Accounts form a tree: a
 * charge to a connection's account also counts for its host. Confined to one thread.
 */
public final class MemoryAccount {
    private final @Nullable MemoryAccount parent;
    private long limitBytes;
    private long usedBytes;

    /** An account with a limit of its own, which also counts against {@code parent}. */
    public MemoryAccount(@Nullable MemoryAccount parent, long limitBytes) {
        this.parent = parent;
        this.limitBytes = limitBytes;
    }

    /** Charges {@code bytes} here and above, or, if some limit would be passed, nothing. */
    public boolean tryCharge(long bytes) {
        for (MemoryAccount a = this; a != null; a = a.parent) {
            if (a.usedBytes + bytes > a.limitBytes) {
                return false;
            }
        }
        charge(bytes);
        return true;
    }

    /** Charges {@code bytes} whatever the limits say: for what is already there. */
    public void charge(long bytes) {
        for (MemoryAccount a = this; a != null; a = a.parent) {
            a.usedBytes += bytes;
        }
    }

    /** Takes back a charge of {@code bytes}, here and above. */
    public void release(long bytes) {
        charge(-bytes);
    }

    /** Octets charged now; more than the limit where {@link #charge} was needed. */
    public long usedBytes() {
        return usedBytes;
    }

    /** Octets that may be charged here at most. */
    public long limitBytes() {
        return limitBytes;
    }

    /** Changes the limit; what is charged stays charged, also beyond it. */
    public void limitBytes(long newLimitBytes) {
        limitBytes = newLimitBytes;
    }

    /** Octets that may still be charged here, the accounts above included; never negative. */
    public long availableBytes() {
        long available = Long.MAX_VALUE;
        for (MemoryAccount a = this; a != null; a = a.parent) {
            available = Math.min(available, a.limitBytes - a.usedBytes);
        }
        return Math.max(0, available);
    }
}
