package io.sluice.packetdrill.differential;

import java.util.List;

/** The windows that the other side has told of on a connection. */
final class ToldWindows {
    /** The scale of the windows that both tell (RFC 7323 §2.2). */
    private static final int OWN_SHIFT = 8;

    private final List<Moment> moments;
    private final List<Moment> taken;

    /**
     * @param moments what was injected on the connection, in its order
     * @param taken those of them that were acceptable
     */
    ToldWindows(List<Moment> moments, List<Moment> taken) {
        this.moments = moments;
        this.taken = taken;
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
     * Whether {@code sent} has nothing new, or nothing beyond the window that the other side has told of last, but for the octet, or
     * FIN, that probes a closed window (RFC 9293 §3.8.6.1).
     *
     * @param next what had been sent before
     */
    boolean allow(SentSegments sent, long next) {
        long edge = edge();
        long end = sent.next(next);
        boolean probe = next >= edge && end == next + 1;
        return end == next || end <= edge || probe;
    }

    /**
     * SND.UNA + SND.WND as RFC 9293 §3.10.7.4 (fifth) has it, by SND.WL1 and SND.WL2: of a SYN, and the acknowledgment of one, in any
     * case, else if the segment is not older than the one that told last, or acknowledges more. One that repeats text and goes on
     * begins where what is new does.
     */
    private long edge() {
        long edge = 0;
        long lastBegun = -1;
        long lastAck = -1;
        for (Moment m : taken) {
            Injected told = m.segment();
            long begins = told.end() > m.received() ? Math.max(told.start(), m.received()) : told.start();
            if (told.has('S')) {
                edge = 1L + told.window();
            } else if (m.isPlausible()
                    && told.acknowledged() >= m.acknowledged()
                    && (m.acknowledged() == 0
                            || begins > lastBegun
                            || told.acknowledged() > lastAck
                            || (begins == lastBegun && told.acknowledged() == lastAck))) {
                edge = edge(m);
                lastBegun = begins;
                lastAck = told.acknowledged();
            }
        }
        return edge;
    }

    /**
     * The number behind the window in the kernel, where a segment that acknowledges nothing new does not take window back, unless all of
     * it, or its sequence number is larger; -1 if none was told.
     */
    private long edgeOfKernel() {
        long acknowledged = 0;
        long window = -1;
        long lastBegun = -1;
        for (Moment m : taken) {
            Injected told = m.segment();
            if (told.has('S')) {
                window = told.window();
                lastBegun = told.start();
                acknowledged = Math.max(acknowledged, told.acknowledged());
            } else if (m.isPlausible()
                    && told.acknowledged() >= acknowledged
                    && (acknowledged == 0
                            || told.acknowledged() > acknowledged
                            || told.start() > lastBegun
                            || (told.start() == lastBegun && (windowBytes(m) > window || told.window() == 0)))) {
                window = windowBytes(m);
                lastBegun = told.start();
                acknowledged = told.acknowledged();
            }
        }
        return window < 0 ? -1 : acknowledged + window;
    }

    /**
     * Whether the kernel gives a segment without text a number other than SND.NXT: where its window ends, if that is before, and if
     * windows are scaled by more than what the stack's own are rounded by.
     *
     * @param next SND.NXT
     */
    boolean isAcceptable(long number, long next) {
        boolean scaled = moments.stream().anyMatch(m -> m.segment().shift() >= 0);
        return number == edgeOfKernel() && next - number >= (scaled ? 1 << OWN_SHIFT : 1);
    }

    /** Whether nothing may be sent from {@code next} on. */
    boolean isClosed(long next) {
        return edge() <= next;
    }

    boolean isEdge(long number) {
        return moments.stream().anyMatch(m -> edge(m) == number);
    }
}
