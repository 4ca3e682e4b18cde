package io.sluice.tcp;

import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionControlFactory;
import java.util.function.Supplier;

/**
 * Which congestion control a connection runs: what the user chose (TCP_CONGESTION), else what its stack has, else what the host
 * has.
 */
final class CongestionChoice {
    private final TcpContext context;

    CongestionChoice(TcpContext context) {
        this.context = context;
    }

    /** A new instance for a connection with these options. */
    CongestionControl create(TcpStack stack, SocketOptions options) {
        CongestionControlFactory chosen = options.congestionControl;
        Supplier<CongestionControl> ofStack = stack.congestionControl();
        if (chosen == null && ofStack != null) {
            return ofStack.get();
        }
        return (chosen == null ? context.knobs.congestionControl() : chosen).create(context.knobs.congestionSettings());
    }

    /** The user may have chosen another: replaces it alone. The window stays as it is; how it is paced is the new one's affair. */
    void apply(TcpConnection c, long nowNs) {
        CongestionControlFactory chosen = c.options.congestionControl;
        if (chosen == null || chosen.name().equals(c.congestionControl.name())) {
            return;
        }
        CongestionControl next = create(c.stack, c.options);
        if (FastOpenState.maySend(c)) {
            context.algorithms.replace(c, next, nowNs);
        } else {
            c.congestionControl = next; // it starts when the MSS is known
        }
    }
}
