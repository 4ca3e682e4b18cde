package io.sluice.tcp;

import org.jspecify.annotations.Nullable;

/** A half-open connection that keeps the headers of its SYN ({@link SavedSyn}), so that others are no larger for it. */
final class SavingHalfOpen extends HalfOpen {
    private final @Nullable Signature signature;
    private byte @Nullable [] savedSyn;

    SavingHalfOpen(Listener listener, FlowKey key, int irs, int window, @Nullable Signature signature) {
        super(listener, key, irs, window);
        this.signature = signature;
    }

    @Override
    @Nullable Signature signature() {
        return signature;
    }

    byte @Nullable [] savedSyn() {
        return savedSyn;
    }

    void savedSyn(byte[] headers) {
        savedSyn = headers;
    }
}
