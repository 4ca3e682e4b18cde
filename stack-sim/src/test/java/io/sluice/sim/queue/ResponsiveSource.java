package io.sluice.sim.queue;

/** Sends less after a drop, at most once in 50 ms, and slowly more otherwise, as TCP does; a step is a millisecond. */
final class ResponsiveSource {
    private final Load load;
    private final double decrease;
    private double rate = 1;
    private double credit;
    private int holdOff;
    private int droppedBefore;

    /** @param decrease what is left of the rate after a drop */
    ResponsiveSource(Load load, double decrease) {
        this.load = load;
        this.decrease = decrease;
    }

    /** One that starts at half of what the wire can send. */
    ResponsiveSource halfLoad() {
        rate = 0.5;
        return this;
    }

    void send() {
        droppedBefore = load.dropped;
        for (credit += rate; credit >= 1; credit--) {
            load.offer(0, 0);
        }
    }

    /** The packets of this millisecond are through, or not. */
    void adapt() {
        boolean less = load.dropped > droppedBefore && holdOff <= 0;
        rate = less ? rate * decrease : rate + 0.0005;
        holdOff = less ? 50 : holdOff - 1;
    }

    /** A minute alone; returns how many milliseconds packets wait on average, from when it has settled. */
    double meanWaitMs() {
        double waits = 0;
        int counted = 0;
        for (int ms = 0; ms < 60_000; ms++) {
            send();
            load.serve();
            adapt();
            if (ms > 20_000) {
                waits += load.lastWaitNs / 1e6;
                counted++;
            }
        }
        return waits / counted;
    }
}
