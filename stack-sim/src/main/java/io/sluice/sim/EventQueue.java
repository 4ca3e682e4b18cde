package io.sluice.sim;

import io.sluice.time.Deadline;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What will happen, ordered by time and, at the same time, by the order of scheduling: a binary heap of intrusive events,
 * so that any of them can be moved or taken out and nothing is allocated.
 */
final class EventQueue {
    private static final int INITIAL_CAPACITY = 64;

    private @Nullable Event[] heap = new Event[INITIAL_CAPACITY];
    private int size;
    private long nextSerial;

    int size() {
        return size;
    }

    /** When the first event happens, or {@link Deadline#NEVER}. */
    long nextNs() {
        return size == 0 ? Deadline.NEVER : at(0).atNs;
    }

    /** Schedules the event for {@code atNs}, wherever it was before; at the same time, behind all that are there. */
    void schedule(Event event, long atNs) {
        event.atNs = atNs;
        event.serial = nextSerial++;
        if (!event.isScheduled()) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            place(event, size++);
        }
        siftDown(siftUp(event.heapIndex));
    }

    /** Takes the event out, if it is there. */
    void cancel(Event event) {
        int hole = event.heapIndex;
        if (hole == Event.NOT_QUEUED) {
            return;
        }
        event.heapIndex = Event.NOT_QUEUED;
        Event last = at(--size);
        heap[size] = null;
        if (last != event) {
            place(last, hole);
            siftDown(siftUp(hole));
        }
    }

    /** Takes out the first event; null if there is none. */
    @Nullable Event poll() {
        if (size == 0) {
            return null;
        }
        Event first = at(0);
        cancel(first);
        return first;
    }

    private Event at(int i) {
        Event event = heap[i];
        if (event == null) {
            throw new IndexOutOfBoundsException(i);
        }
        return event;
    }

    private void place(Event event, int i) {
        heap[i] = event;
        event.heapIndex = i;
    }

    private int siftUp(int from) {
        int i = from;
        Event event = at(i);
        while (i > 0) {
            int parent = (i - 1) >>> 1;
            if (!event.isBefore(at(parent))) {
                break;
            }
            place(at(parent), i);
            i = parent;
        }
        place(event, i);
        return i;
    }

    private void siftDown(int from) {
        int i = from;
        Event event = at(i);
        while (true) {
            int child = 2 * i + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && at(child + 1).isBefore(at(child))) {
                child++;
            }
            if (!at(child).isBefore(event)) {
                break;
            }
            place(at(child), i);
            i = child;
        }
        place(event, i);
    }
}
