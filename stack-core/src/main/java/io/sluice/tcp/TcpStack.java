package io.sluice.tcp;

import io.sluice.cc.CongestionControl;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A named composition of algorithms, which FreeBSD calls a function block: a value, not a subclass. Input, output, the
 * ledger and the timers are shared by all stacks.
 *
 * @param name what users choose it by
 * @param requirement what the peer must have agreed to
 * @param lossRecovery gives the loss detection of one connection; an algorithm without state may give the same to all
 * @param congestionControl makes the congestion control of a connection whose user has not chosen one (TCP_CONGESTION); null
 *     for that of the host
 * @param pacing how fast data leaves
 * @param ackFrequency how often data that arrives is acknowledged
 */
public record TcpStack(
        String name,
        Requirement requirement,
        Supplier<LossRecovery> lossRecovery,
        @Nullable Supplier<CongestionControl> congestionControl,
        Pacing pacing,
        AckFrequency ackFrequency) {
    /** SACK recovery (RFC 6675) with the host's congestion control. */
    public static final TcpStack DEFAULT = new TcpStack("default", Requirement.NONE, null);

    /** A stack that paces as its congestion control says, and acknowledges as the host does. */
    public TcpStack(
            String name,
            Requirement requirement,
            Supplier<LossRecovery> lossRecovery,
            @Nullable Supplier<CongestionControl> congestionControl) {
        this(name, requirement, lossRecovery, congestionControl, Pacing.OF_CONGESTION_CONTROL, AckFrequency.OF_HOST);
    }

    /** A stack with the loss recovery of the default one. */
    public TcpStack(String name, Requirement requirement, @Nullable Supplier<CongestionControl> congestionControl) {
        this(name, requirement, () -> SackRecovery.INSTANCE, congestionControl);
    }

    /** What the peer must have agreed to before a stack can run the connection. */
    public enum Requirement {
        NONE,
        SACK
    }
}
