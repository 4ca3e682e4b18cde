package io.sluice.rack;

import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStackProvider;
import java.util.List;

/** Offers the stack {@code rack} to every host. */
public final class RackStacks implements TcpStackProvider {
    /** RACK-TLP (RFC 8985) with the congestion control of the host. */
    public static final TcpStack RACK = new TcpStack("rack", TcpStack.Requirement.SACK, RackTlp::new, null);

    @Override
    public List<TcpStack> stacks() {
        return List.of(RACK);
    }
}
