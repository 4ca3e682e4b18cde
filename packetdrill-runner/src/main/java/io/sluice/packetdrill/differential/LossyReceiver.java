package io.sluice.packetdrill.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a receiver acknowledges, selectively and with reports of duplicates (RFC 2018 §4, RFC 2883 §4). */
final class LossyReceiver {
    private long next = 1;
    private final List<Range> held = new ArrayList<>(); // the one that was touched last comes first
    private @Nullable Range duplicate;

    /** Sequence numbers from {@code start} to before {@code end}. */
    record Range(long start, long end) {
        boolean holds(Range other) {
            return start <= other.start && other.end <= end;
        }

        boolean touches(Range other) {
            return start <= other.end && other.start <= end;
        }

        Range with(Range other) {
            return new Range(Math.min(start, other.start), Math.max(end, other.end));
        }

        @Override
        public String toString() {
            return start + ":" + end;
        }
    }

    /** RCV.NXT. */
    long next() {
        return next;
    }

    /** A segment arrives. */
    void take(Range segment) {
        boolean known = segment.end <= next || held.stream().anyMatch(block -> block.holds(segment));
        duplicate = known ? segment : null;
        if (segment.end <= next) {
            return;
        }
        Range joined = segment;
        for (Range block : List.copyOf(held)) {
            if (block.touches(joined)) {
                joined = joined.with(block);
                held.remove(block);
            }
        }
        if (joined.start <= next) {
            next = joined.end;
        } else {
            held.add(0, joined);
        }
    }

    /** The blocks of the acknowledgment that answers it; empty if there are none. */
    String blocks(int most) {
        List<Range> blocks = new ArrayList<>(held);
        if (duplicate != null) {
            blocks.add(0, duplicate);
        }
        return blocks.stream().limit(most).map(Range::toString).collect(Collectors.joining(" "));
    }
}
