package io.sluice.sim.lab;

import io.sluice.sim.Fate;
import io.sluice.sim.Pipe;
import io.sluice.sim.chart.Series;

/** What the queue before a hop was like over time. */
final class HopSeries {
    final Pipe pipe;
    final Series queue;
    final Samples delayMs = new Samples();
    private final double bitsPerMs;

    HopSeries(Pipe pipe, int number) {
        this.pipe = pipe;
        this.queue = new Series("hop " + number, Series.Style.LINE);
        this.bitsPerMs = pipe.config().rate().meanBitsPerSecond() / 1e3;
    }

    void sample(double seconds) {
        queue.add(seconds, pipe.queuedBytes());
        delayMs.add(bitsPerMs == 0 ? 0 : pipe.queuedBytes() * 8 / bitsPerMs);
    }

    /** Packets that the queue or a policer dropped. */
    long queueDrops() {
        return pipe.dropped(Fate.QUEUE_FULL) + pipe.dropped(Fate.QUEUE_MANAGED) + pipe.dropped(Fate.POLICED);
    }

    long wireLosses() {
        return pipe.dropped(Fate.LOST);
    }
}
