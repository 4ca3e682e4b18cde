package io.sluice.sim;

/** A wire between two hosts, and how each is attached to it. */
public record Cable(Nic a, Nic b) {
    /** The direction from a to b. */
    public Pipe ab() {
        return a.out();
    }

    /** The direction from b to a. */
    public Pipe ba() {
        return b.out();
    }
}
