package io.sluice.packetdrill.differential;

/**
 * The kernel's rules: a mark in text that has come is ignored, one beyond the end of the stream is not. The octet at it stays in
 * the queue, where reading leaves it out; it is told of, and can be read apart, once a segment has brought it, or one that follows
 * so closely that the kernel takes an octet of its header for it, and counts for unread. Octets are counted up to the mark.
 */
final class UrgentReaderOfKernel extends UrgentReader {
    private static final int HEADER = 20;
    private static final int TIMESTAMPS = 12;

    private boolean hasCome;
    private boolean isTaken;

    @Override
    void onSegment(Injected segment) {
        long told = segment.start() + Math.max(0, segment.urgent() - 1);
        if (segment.has('U') && told >= next && told >= end + (ended ? 1 : 0) && told > mark) {
            next += mark == next && !inLine && next != end ? 1 : 0;
            mark = told;
            hasCome = false;
            isTaken = false;
        }
        int header = HEADER + (segment.tsVal() < 0 ? 0 : TIMESTAMPS);
        hasCome |= mark != NONE && mark >= segment.start() - header && mark < segment.end();
    }

    @Override
    void onText() {}

    @Override
    int read(int most, boolean peek) {
        long at = next;
        int copied = 0;
        while (copied < most && at < end && !(at == mark && copied > 0)) {
            long used = Math.min(most - copied, end - at);
            if (at == mark && !inLine) {
                at++; // it is not read, and takes no room
                used = Math.min(used, end - at);
            } else if (mark > at) {
                used = Math.min(used, mark - at);
            }
            at += used;
            copied += (int) used;
            if (!peek && at > mark) {
                forget();
            }
        }
        next = peek ? next : at;
        return copied;
    }

    private void forget() {
        mark = NONE;
        hasCome = false;
        isTaken = false;
    }

    @Override
    String readApart(boolean peek) {
        if (inLine || mark == NONE || isTaken) {
            return "recv = -1 EINVAL";
        }
        if (over && !ended) {
            return "recv = -1 ENOTCONN";
        }
        if (!hasCome) {
            return ended ? "recv = 0" : "recv = -1 EAGAIN";
        }
        isTaken = !peek;
        return "recv = 1";
    }

    @Override
    long queued() {
        boolean counts = !inLine && mark >= next && mark < end;
        return counts ? mark - next : end - next;
    }

    @Override
    int events() {
        long least = mark == next && !inLine ? 2 : 1;
        boolean readable = end - next >= least || ended || over;
        return (readable ? READABLE : 0) | (mark != NONE && hasCome && !isTaken ? URGENT : 0);
    }
}
