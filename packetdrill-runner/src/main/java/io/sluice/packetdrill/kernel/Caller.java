package io.sluice.packetdrill.kernel;

import java.util.function.LongSupplier;

/** Makes system calls. */
interface Caller {
    /** Has a call made; returns when it has returned or blocks. */
    CallTask make(LongSupplier call);

    /** Waits for a call that should not block; whether it has returned. */
    boolean settle(CallTask task);
}
