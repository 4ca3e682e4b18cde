package com.example.fixedrate;

import io.sluice.cc.ConnectionView;
import io.sluice.tcp.AckFrequency;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStackProvider;
import java.util.List;

/** Found by {@link java.util.ServiceLoader}, so that {@code fixed-rate} is a name that every host knows. */
public final class FixedRateStacks implements TcpStackProvider {
    /** Octets a second. */
    static final long RATE = 1_000_000;

    private static final LateIsLost LATE_IS_LOST = new LateIsLost();

    /** Acknowledges every eighth segment: the way back of such a link may be thin. */
    private static final AckFrequency RARE = new AckFrequency() {
        @Override
        public int segments(ConnectionView connection, int usual) {
            return 8;
        }
    };

    @Override
    public List<TcpStack> stacks() {
        return List.of(new TcpStack(
                "fixed-rate",
                TcpStack.Requirement.SACK,
                () -> LATE_IS_LOST,
                () -> new FixedRate(RATE),
                (connection, window) -> RATE,
                RARE));
    }
}
