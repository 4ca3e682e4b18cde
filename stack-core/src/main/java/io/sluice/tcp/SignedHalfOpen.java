package io.sluice.tcp;

/** A half-open connection whose segments are signed (RFC 5925, RFC 2385). */
final class SignedHalfOpen extends HalfOpen {
    private final Signature signature;

    SignedHalfOpen(Listener listener, FlowKey key, int irs, int window, Signature signature) {
        super(listener, key, irs, window);
        this.signature = signature;
    }

    @Override
    Signature signature() {
        return signature;
    }
}
