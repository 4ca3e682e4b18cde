package io.sluice.packetdrill.run;

import io.netty.buffer.ByteBuf;
import io.sluice.packetdrill.language.ShellCommand;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a script is run against: a stack with a network interface, a clock, and sockets. Used by one thread. */
public interface BackEnd extends AutoCloseable {
    /** Nanoseconds since the start of the script. */
    long nowNs();

    /** The commands before the script are done: its time begins. */
    void start();

    /**
     * Lets time pass until {@code enough} says so or the clock shows {@code untilNs}, whichever is first. Asks {@code
     * enough} whenever something happened.
     *
     * @return whether {@code enough} said so
     */
    boolean advance(long untilNs, BooleanSupplier enough);

    /**
     * How much later than due what is under test may do something after a wait of {@code waitNs}, since its own timers are
     * coarse; nothing, where they are not.
     */
    default long timerGranularityNs(long waitNs) {
        return 0;
    }

    /** How much later at most than it was due something was done in this run; nothing, in virtual time. */
    default long latestNs() {
        return 0;
    }

    /**
     * Has the stack receive a packet; takes the reference.
     *
     * @param segments of how many segments a device has merged it, where the back end can have that; at least 1
     */
    void inject(ByteBuf packet, int segments);

    /** Whether {@link #inject} can have packets arrive that a device has merged. */
    default boolean mergesSegments() {
        return true;
    }

    /** The next packet that the stack has sent, whose reference goes to the caller, or null. */
    @Nullable Captured poll();

    /** Whether {@link #poll} has something. */
    boolean hasCaptured();

    /** What the stack has done wrong on its link, below IP; null if nothing. */
    default @Nullable String linkFault() {
        return null;
    }

    /**
     * The system calls of the stack; to be asked for once.
     *
     * @param flows is told of the sockets that are bound and connected
     */
    SystemInterface systemCalls(FlowTracker flows);

    /** Does what a command would do. */
    void execute(ShellCommand command) throws RunFailure;

    @Override
    void close();

    /**
     * A packet that the stack has sent.
     *
     * @param atNs when, in nanoseconds since the start of the script
     * @param packet the IP packet
     */
    record Captured(long atNs, ByteBuf packet) {}
}
