package io.sluice.sim.queue;

import java.util.random.RandomGenerator;

/** Makes the queue of one direction of a wire; has a name that people read. */
@FunctionalInterface
public interface QueueFactory {
    /**
     * A new, empty queue.
     *
     * @param random what its decisions are drawn from; only this queue uses it
     */
    QueueDiscipline create(RandomGenerator random);
}
