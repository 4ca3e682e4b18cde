package io.sluice.sim;

/** Something that happens at a point of virtual time: an intrusive entry of the {@link EventQueue}. */
abstract class Event {
    static final int NOT_QUEUED = -1;

    long atNs;
    long serial;
    int heapIndex = NOT_QUEUED;

    /** The time has come. The event is out of the queue; it may be scheduled again from here. */
    abstract void fire(long nowNs);

    final boolean isScheduled() {
        return heapIndex != NOT_QUEUED;
    }

    /** Whether this one happens first: by time, then in the order of scheduling. */
    final boolean isBefore(Event other) {
        return atNs != other.atNs ? atNs < other.atNs : serial < other.serial;
    }
}
