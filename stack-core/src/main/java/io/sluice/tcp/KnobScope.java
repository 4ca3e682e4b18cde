package io.sluice.tcp;

/** What a {@link Knob} belongs to: whose copy of the value counts. */
public enum KnobScope {
    HOST,
    LISTENER,
    CONNECTION
}
