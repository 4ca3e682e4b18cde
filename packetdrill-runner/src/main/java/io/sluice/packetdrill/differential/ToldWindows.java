package io.sluice.packetdrill.differential;

import io.sluice.packetdrill.differential.Circumstance.Moment;
import java.util.List;

/** The windows that the other side has told of on a connection. */
final class ToldWindows {
    private final List<Moment> moments;

    /** @param moments what was injected on the connection, in its order */
    ToldWindows(List<Moment> moments) {
        this.moments = moments;
    }

    /** How far the other side's window fields are shifted (RFC 7323 §2.3): as in its first SYN that the stack may have taken. */
    private int shift() {
        return moments.stream()
                .filter(m -> m.segment().has('S')
                        && m.segment().acknowledged() <= 1
                        && m.segment().acknowledged() != 0)
                .mapToInt(m -> Math.max(0, m.segment().shift()))
                .findFirst()
                .orElse(0);
    }

    /** The window that a segment tells of, in octets; -1 if it does not: a SYN's is not shifted, a reset's does not count. */
    private long windowBytes(Moment m) {
        boolean tells =
                !m.segment().has('S') && !m.segment().has('R') && m.segment().has('.');
        return tells ? (long) m.segment().window() << shift() : -1;
    }

    /** The sequence number behind the window that a segment tells of; -1 if it does not. */
    private long edge(Moment m) {
        return windowBytes(m) < 0 ? -1 : m.segment().acknowledged() + windowBytes(m);
    }

    /** Whether the other side has had a window that is less than the usual segment. */
    boolean areSmall() {
        return moments.stream().anyMatch(m -> windowBytes(m) > 0 && windowBytes(m) < 1460);
    }

    /**
     * Whether a segment that acknowledged nothing new has taken back window, which the kernel goes on to use: the stack sends
     * nothing beyond the smaller one, the kernel does, and nothing beyond the larger one.
     */
    boolean isLimitedByShrunk(Answers answers, long next) {
        long largest = -1;
        long shrunk = -1;
        for (Moment m : moments) {
            long edge = edge(m);
            boolean old = m.segment().acknowledged() <= m.acknowledged();
            shrunk = edge >= 0 && edge < largest && old ? edge : shrunk;
            largest = Math.max(largest, edge);
        }
        long byStack = answers.stackSent.next(next);
        long byKernel = answers.kernelSent.next(next);
        return shrunk >= 0
                && byKernel > byStack
                && byStack <= Math.max(shrunk, next)
                && byKernel > shrunk
                && byKernel <= largest + 1;
    }

    /** Whether the window of a segment counted for one and not for the other, since an earlier one was ahead of the stream. */
    boolean hasOneBehindOneAhead() {
        List<Moment> told = moments.stream().filter(m -> windowBytes(m) >= 0).toList();
        return told.stream()
                .filter(ahead -> ahead.segment().start() > ahead.received())
                .anyMatch(ahead -> told.stream()
                        .anyMatch(m -> m.index() > ahead.index()
                                && m.segment().start() < ahead.segment().start()
                                && edge(m) != edge(ahead)));
    }

    /** Whether a window that another had told of before was told of by a segment that began with text that had come. */
    boolean hasOneOfOverlap() {
        return moments.stream()
                .filter(m -> m.segment().start() < m.received() && m.segment().end() > m.received() && edge(m) >= 0)
                .anyMatch(m ->
                        moments.stream().anyMatch(e -> e.index() < m.index() && edge(e) >= 0 && edge(e) != edge(m)));
    }

    /**
     * Whether {@code sent} has nothing new, or nothing beyond the largest window that the other side has told of, but for a FIN,
     * or the octet that probes a closed window (RFC 9293 §3.8.6.1).
     *
     * @param next what had been sent before
     */
    boolean allow(SentSegments sent, long next) {
        long largest = moments.stream().mapToLong(this::edgeForText).max().orElse(0);
        long end = sent.next(next);
        boolean fin = sent.all().stream().anyMatch(s -> s.has('F') && s.after() == end);
        boolean probe = next == largest;
        return end == next || end <= largest || (end == largest + 1 && (fin || probe));
    }

    /**
     * As {@link #edge}, of what acknowledges nothing that was not sent; also of a SYN, from whose window the first text may be
     * sent. -1 if the segment tells of no window.
     */
    private long edgeForText(Moment m) {
        Injected told = m.segment();
        if (told.acknowledged() > m.next() || told.has('R')) {
            return -1;
        }
        return told.has('S') && m.received() == 0 ? 1L + told.window() : edge(m);
    }

    boolean isEdge(long number) {
        return moments.stream().anyMatch(m -> edge(m) == number);
    }
}
