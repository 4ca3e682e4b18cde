package io.sluice.cli.demo;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Everything that has to be undone, in reverse order: at the end, or when the user has had enough (Ctrl-C), which is
 * another thread. Thread-safe.
 */
final class Cleanup {
    private final Deque<Item> items = new ArrayDeque<>();
    private boolean done;

    private record Item(String name, Step step) {}

    /** Undoes one thing. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    /**
     * Adds something to undo.
     *
     * @param name for the user to read, or "" if it is nothing to boast of
     * @throws IOException if everything else has been undone already; then this is, too
     */
    synchronized void add(String name, Step step) throws IOException {
        if (done) {
            step.run();
            throw new IOException("stopped by the user");
        }
        items.push(new Item(name, step));
    }

    /** Undoes everything, or nothing if that was done before. Says in words what was removed, and what could not be. */
    synchronized List<String> run() {
        done = true;
        List<String> removed = new ArrayList<>();
        while (!items.isEmpty()) {
            Item item = items.pop();
            try {
                item.step.run();
                if (!item.name.isEmpty()) {
                    removed.add(item.name);
                }
            } catch (IOException e) {
                removed.add("NOT " + item.name + " (" + e.getMessage() + ")");
            }
        }
        return removed;
    }
}
