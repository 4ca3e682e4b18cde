package io.sluice.host;

import io.sluice.event.StackEvents;
import java.util.random.RandomGenerator;

/** The injected source of randomness; each draw is reported, so that a recording can be played back. */
final class HostRandom implements RandomGenerator {
    private final RandomGenerator random;
    private final StackEvents events;

    HostRandom(RandomGenerator random, StackEvents events) {
        this.random = random;
        this.events = events;
    }

    @Override
    public long nextLong() {
        long value = random.nextLong();
        events.randomDrawn(value);
        return value;
    }
}
