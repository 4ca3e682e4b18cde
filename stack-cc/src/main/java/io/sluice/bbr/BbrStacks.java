package io.sluice.bbr;

import io.sluice.rack.RackTlp;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStackProvider;
import java.util.List;

/** Offers the stack {@code bbr} to every host. */
public final class BbrStacks implements TcpStackProvider {
    /** BBR with RACK-TLP (RFC 8985), which finds what is lost as early as a sender with much in flight needs. */
    public static final TcpStack BBR = new TcpStack(Bbr.NAME, TcpStack.Requirement.SACK, RackTlp::new, Bbr::new);

    @Override
    public List<TcpStack> stacks() {
        return List.of(BBR);
    }
}
