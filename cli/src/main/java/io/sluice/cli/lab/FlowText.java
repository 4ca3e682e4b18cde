package io.sluice.cli.lab;

import io.sluice.sim.lab.LabFlow;
import io.sluice.sim.lab.LabStacks;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Flows as users write them: {@code NAME=STACK[@START[-STOP]][+EXTRA_RTT_MS][>STACK@SECONDS...]}. */
final class FlowText {
    private static final Pattern FLOW =
            Pattern.compile("(?<name>[^=]+)=(?<stack>[^@+>]+)(@(?<start>[0-9.]+)(-(?<stop>[0-9.]+))?)?"
                    + "(\\+(?<extra>[0-9.]+))?(?<swaps>(>[^@>]+@[0-9.]+)*)");
    private static final Pattern SWAP = Pattern.compile(">(?<stack>[^@>]+)@(?<at>[0-9.]+)");

    private FlowText() {}

    /** Throws {@link IllegalArgumentException} with what is wrong. */
    static LabFlow parse(String text) {
        Matcher m = FLOW.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("no flow: \"" + text
                    + "\"; a flow is NAME=STACK[@START[-STOP]][+EXTRA_RTT_MS]" + "[>STACK@SECONDS...]");
        }
        LabFlow flow = LabStacks.flow(m.group("name"), m.group("stack"));
        if (m.group("start") != null) {
            long stop = m.group("stop") == null ? Long.MAX_VALUE : seconds(m.group("stop"));
            flow = flow.between(seconds(m.group("start")), stop);
        }
        if (m.group("extra") != null) {
            flow = flow.withAccessDelayNs(Math.round(Double.parseDouble(m.group("extra")) * 1e6));
        }
        Matcher swaps = SWAP.matcher(m.group("swaps"));
        while (swaps.find()) {
            flow = flow.swappedAt(seconds(swaps.group("at")), LabStacks.stack(swaps.group("stack")));
        }
        return flow;
    }

    private static long seconds(String text) {
        return Math.round(Double.parseDouble(text) * 1e9);
    }
}
