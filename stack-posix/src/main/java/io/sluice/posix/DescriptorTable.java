package io.sluice.posix;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The file descriptors of one process: the lowest that is free is given out (POSIX). */
final class DescriptorTable {
    private final int first;
    private final int limit;
    private final List<@Nullable Descriptor> open = new ArrayList<>();

    /** FD_CLOEXEC: a flag of the number, not of what it stands for. */
    private final BitSet closeOnExec = new BitSet();

    /**
     * @param first the lowest descriptor given out: 3, where 0 to 2 are taken
     * @param limit how many there may be
     */
    DescriptorTable(int first, int limit) {
        this.first = first;
        this.limit = limit;
    }

    /** Gives {@code descriptor} a number; -1 if there is none left. */
    int add(Descriptor descriptor) {
        return add(descriptor, first);
    }

    /** Gives it the lowest number that is free and at least {@code least}; -1 if there is none left. */
    int add(Descriptor descriptor, int least) {
        int i = Math.max(0, least - first);
        while (i < open.size() && open.get(i) != null) {
            i++;
        }
        if (i >= limit) {
            return -1;
        }
        while (open.size() <= i) {
            open.add(null);
        }
        open.set(i, descriptor);
        descriptor.references++;
        return first + i;
    }

    boolean isFull() {
        return open.size() == limit && !open.contains(null);
    }

    @Nullable Descriptor get(int fd) {
        int i = fd - first;
        return i < 0 || i >= open.size() ? null : open.get(i);
    }

    /** Takes the number back. */
    void remove(int fd) {
        Descriptor descriptor = get(fd);
        if (descriptor != null) {
            descriptor.references--;
            open.set(fd - first, null);
            closeOnExec.clear(fd);
        }
    }

    boolean isCloseOnExec(int fd) {
        return closeOnExec.get(fd);
    }

    void setCloseOnExec(int fd, boolean on) {
        closeOnExec.set(fd, on);
    }

    /** One more than the highest number there can be. */
    int limit() {
        return first + limit;
    }

    /** All numbers in use, ascending. */
    List<Integer> numbers() {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i) != null) {
                numbers.add(first + i);
            }
        }
        return numbers;
    }
}
