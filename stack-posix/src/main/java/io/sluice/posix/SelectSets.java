package io.sluice.posix;

import java.util.BitSet;

/** The three sets of {@code select}: descriptors that are asked for and, once the call is done, those that are ready. */
public final class SelectSets {
    /** POLLIN_SET and POLLOUT_SET of Linux: what makes {@code select} call a descriptor ready. */
    private static final int READABLE =
            PollEvents.POLLIN | PollEvents.POLLRDNORM | PollEvents.POLLHUP | PollEvents.POLLERR;

    private static final int WRITABLE = PollEvents.POLLOUT | PollEvents.POLLWRNORM | PollEvents.POLLERR;

    /** {@code readfds}. */
    public final BitSet read = new BitSet();

    /** {@code writefds}. */
    public final BitSet write = new BitSet();

    /** {@code exceptfds}: urgent data. */
    public final BitSet except = new BitSet();

    /** A copy of those below {@code count}. */
    SelectSets below(int count) {
        SelectSets copy = new SelectSets();
        copy.read.or(read.get(0, count));
        copy.write.or(write.get(0, count));
        copy.except.or(except.get(0, count));
        return copy;
    }

    /** Whether all of them are open. */
    boolean areOpen(DescriptorTable descriptors) {
        BitSet all = new BitSet();
        all.or(read);
        all.or(write);
        all.or(except);
        return all.stream().allMatch(fd -> descriptors.get(fd) != null);
    }

    /** Leaves in {@code ready} those of these sets that are ready; how many that is. */
    int look(DescriptorTable descriptors, SelectSets ready) {
        return look(read, READABLE, descriptors, ready.read)
                + look(write, WRITABLE, descriptors, ready.write)
                + look(except, PollEvents.POLLPRI, descriptors, ready.except);
    }

    private static int look(BitSet asked, int events, DescriptorTable descriptors, BitSet ready) {
        ready.clear();
        asked.stream()
                .filter(fd -> {
                    Descriptor d = descriptors.get(fd);
                    return d != null && (d.pollEvents() & events) != 0;
                })
                .forEach(ready::set);
        return ready.cardinality();
    }
}
