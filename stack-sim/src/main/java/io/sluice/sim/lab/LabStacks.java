package io.sluice.sim.lab;

import io.sluice.cc.CongestionControls;
import io.sluice.host.HostConfig;
import io.sluice.tcp.TcpProfile;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStacks;
import org.jspecify.annotations.Nullable;

/** Stacks as users write them: {@code STACK}, or {@code STACK/CONGESTION_CONTROL}. */
public final class LabStacks {
    private final TcpStack stack;
    private final @Nullable String congestionControl;

    private LabStacks(TcpStack stack, @Nullable String congestionControl) {
        this.stack = stack;
        this.congestionControl = congestionControl;
    }

    private static LabStacks parse(String text) {
        int slash = text.indexOf('/');
        String cc = slash < 0 ? null : text.substring(slash + 1);
        if (cc != null && CongestionControls.installed().named(cc) == null) {
            throw new IllegalArgumentException("no congestion control \"" + cc + "\"; there are "
                    + CongestionControls.installed().names());
        }
        TcpStack stack = stack(slash < 0 ? text : text.substring(0, slash));
        return new LabStacks(cc == null ? stack : withoutOwnControl(stack), cc);
    }

    /** The same stack with the congestion control of the host, as one that a socket has chosen goes before that of the stack. */
    private static TcpStack withoutOwnControl(TcpStack s) {
        return new TcpStack(s.name(), s.requirement(), s.lossRecovery(), null, s.pacing(), s.ackFrequency());
    }

    /**
     * The stack of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static TcpStack stack(String name) {
        TcpStack found = TcpStacks.installed().named(name);
        if (found == null) {
            throw new IllegalArgumentException("no stack \"" + name + "\"; there are "
                    + TcpStacks.installed().all().stream().map(TcpStack::name).toList());
        }
        return found;
    }

    /**
     * An endless bulk flow with it, under {@link TcpProfile#STANDARD}.
     *
     * @throws IllegalArgumentException if there is no such stack or congestion control
     */
    public static LabFlow flow(String name, String text) {
        LabStacks chosen = parse(text);
        return LabFlow.bulk(name, chosen.stack).withProfile(chosen.profile(TcpProfile.STANDARD));
    }

    private TcpProfile profile(TcpProfile base) {
        return congestionControl == null ? base : base.withCongestionControl(congestionControl);
    }

    /** A host whose connections run it. */
    public static HostConfig.Builder configure(HostConfig.Builder builder, String text, TcpProfile base) {
        LabStacks chosen = parse(text);
        return builder.tcpStack(chosen.stack).tcpProfile(chosen.profile(base));
    }
}
