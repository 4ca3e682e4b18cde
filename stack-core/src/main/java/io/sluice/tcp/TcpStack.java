package io.sluice.tcp;

import io.sluice.cc.CongestionControl;
import io.sluice.cc.NewReno;
import java.util.function.Supplier;

/**
 * A named composition of algorithms, which FreeBSD calls a function block: a value, not a subclass. Input, output, the
 * ledger and the timers are shared by all stacks.
 *
 * @param name what users choose it by
 * @param requirement what the peer must have agreed to
 * @param lossRecovery gives the loss detection of one connection; an algorithm without state may give the same to all
 * @param congestionControl makes the congestion control of one connection
 */
public record TcpStack(
        String name,
        Requirement requirement,
        Supplier<LossRecovery> lossRecovery,
        Supplier<CongestionControl> congestionControl) {
    /** SACK recovery (RFC 6675) with NewReno (RFC 5681, RFC 6582). */
    public static final TcpStack DEFAULT = new TcpStack("default", Requirement.NONE, NewReno::new);

    /** A stack with the loss recovery of the default one. */
    public TcpStack(String name, Requirement requirement, Supplier<CongestionControl> congestionControl) {
        this(name, requirement, () -> SackRecovery.INSTANCE, congestionControl);
    }

    /** What the peer must have agreed to before a stack can run the connection. */
    public enum Requirement {
        NONE,
        SACK
    }
}
