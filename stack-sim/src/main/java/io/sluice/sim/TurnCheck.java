package io.sluice.sim;

/** Something that has to be true whenever a host's turn is over. */
@FunctionalInterface
public interface TurnCheck {
    /** Throws {@link AssertionError} if it is not. */
    void afterTurn(SimHost host, long nowNs);
}
