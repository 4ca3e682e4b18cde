package io.sluice.packetdrill.kernel;

import io.sluice.packetdrill.run.RunFailure;
import java.util.function.LongSupplier;

/**
 * A system call with its arguments in place.
 *
 * @param call makes it: what it returns is what the C function returned
 * @param outputs checks what it has put into its output arguments, once it has succeeded
 * @param made what the runner has to know of it, after it was made: it has returned, or blocks
 * @param makesDescriptor whether the result is a new descriptor
 */
record Prepared(LongSupplier call, Outputs outputs, Runnable made, boolean makesDescriptor) {
    /** Checks what a call has put into its output arguments. */
    @FunctionalInterface
    interface Outputs {
        Outputs NONE = () -> {};

        void check() throws RunFailure;
    }

    static Prepared of(LongSupplier call) {
        return new Prepared(call, Outputs.NONE, () -> {}, false);
    }

    static Prepared descriptor(LongSupplier call) {
        return new Prepared(call, Outputs.NONE, () -> {}, true);
    }

    Prepared checking(Outputs newOutputs) {
        return new Prepared(call, newOutputs, made, makesDescriptor);
    }

    Prepared then(Runnable newMade) {
        return new Prepared(call, outputs, newMade, makesDescriptor);
    }
}
