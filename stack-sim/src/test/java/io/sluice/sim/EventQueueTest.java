package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.sluice.time.Deadline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Events come in the order of time, then of scheduling, whatever was moved and cancelled before. */
final class EventQueueTest {
    private static final class Noted extends Event {
        @Override
        void fire(long nowNs) {
            throw new AssertionError("nobody fires here");
        }
    }

    @Property(tries = 200)
    void comesInOrder(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        EventQueue queue = new EventQueue();
        List<Event> model = new ArrayList<>();
        List<Event> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(new Noted());
        }
        for (int step = 0; step < 300; step++) {
            Event event = all.get(random.nextInt(all.size()));
            model.remove(event);
            switch (random.nextInt(4)) {
                case 0 -> queue.cancel(event);
                case 1 -> {
                    model.sort(Comparator.comparingLong((Event e) -> e.atNs).thenComparingLong(e -> e.serial));
                    queue.cancel(event);
                    Event first = queue.poll();
                    assertSame(model.isEmpty() ? null : model.remove(0), first);
                }
                default -> {
                    queue.schedule(event, random.nextInt(20));
                    model.add(event);
                }
            }
            assertEquals(model.size(), queue.size());
            assertEquals(model.stream().mapToLong(e -> e.atNs).min().orElse(Deadline.NEVER), queue.nextNs());
        }
    }

    @Test
    void sameTimeInTheOrderOfScheduling() {
        EventQueue queue = new EventQueue();
        Event first = new Noted();
        Event second = new Noted();
        queue.schedule(second, 5);
        queue.schedule(first, 5);
        queue.schedule(second, 5); // again, so behind
        assertSame(first, queue.poll());
        assertSame(second, queue.poll());
    }
}
