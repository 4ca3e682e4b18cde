package io.sluice.packetdrill.tun;

import com.sun.jna.Memory;

/**
 * Waits for packets until a deadline: asleep until shortly before it, and busy after that, since a sleep ends late by more
 * than scripts tolerate.
 */
final class Waiter {
    private static final long BUSY_NS = 300_000;
    private static final long LONGEST_NS = 1_000_000_000;
    private static final long NS_PER_SECOND = 1_000_000_000;
    private static final int POLLFD_BYTES = 8;
    private static final int EVENTS = 4;

    private final int count;
    private final Memory descriptors;
    private final Memory timeout = new Memory(2L * Long.BYTES);

    /** @param fds what may become readable */
    Waiter(int... fds) {
        count = fds.length;
        descriptors = new Memory((long) count * POLLFD_BYTES);
        descriptors.clear();
        for (int i = 0; i < count; i++) {
            descriptors.setInt((long) i * POLLFD_BYTES, fds[i]);
            descriptors.setShort((long) i * POLLFD_BYTES + EVENTS, TunLibC.POLLIN);
        }
    }

    /** Returns when something is readable, after {@code leftNs}, or before that. */
    void await(long leftNs) {
        if (leftNs <= BUSY_NS) {
            Thread.onSpinWait();
            return;
        }
        long ns = Math.min(leftNs - BUSY_NS, LONGEST_NS);
        timeout.setLong(0, ns / NS_PER_SECOND);
        timeout.setLong(Long.BYTES, ns % NS_PER_SECOND);
        TunLibC.ppoll(descriptors, count, timeout, null);
    }
}
