package io.sluice.event;

import org.jspecify.annotations.Nullable;

/**
 * A socket's membership of its host's ready list: an intrusive node and the bits that became true. The core sets bits;
 * the driver takes sockets from the list between turns and tells their owner. Confined to the host's thread.
 */
public abstract class Pollable {
    private @Nullable Pollable nextReady;
    private boolean queued;
    private int events;
    private @Nullable Object attachment;

    /** What the user of this socket hung on it: the socket object of the {@code api}, say. */
    public final @Nullable Object attachment() {
        return attachment;
    }

    public final void attachment(@Nullable Object newAttachment) {
        attachment = newAttachment;
    }

    /** The {@link Readiness} bits that were signalled since the last call. */
    public final int takeEvents() {
        int taken = events;
        events = 0;
        return taken;
    }

    /** First in, first out; no allocation. */
    public static final class ReadyList {
        private @Nullable Pollable head;
        private @Nullable Pollable tail;

        /** Notes that {@code bits} became true for {@code socket} and queues it, once. */
        public void signal(Pollable socket, int bits) {
            socket.events |= bits;
            if (socket.queued) {
                return;
            }
            socket.queued = true;
            if (tail == null) {
                head = socket;
            } else {
                tail.nextReady = socket;
            }
            tail = socket;
        }

        /** The next socket that has something to tell, or null; it leaves the list. */
        public @Nullable Pollable poll() {
            Pollable first = head;
            if (first == null) {
                return null;
            }
            head = first.nextReady;
            if (head == null) {
                tail = null;
            }
            first.nextReady = null;
            first.queued = false;
            return first;
        }

        public boolean isEmpty() {
            return head == null;
        }
    }
}
