package io.sluice.cli.lab;

import io.sluice.sim.lab.LabFlow;
import io.sluice.sim.lab.LabStacks;
import io.sluice.sim.lab.Workload;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Flows as users write them: {@code NAME=STACK[@START[-STOP]][+EXTRA_RTT_MS][>STACK@SECONDS...][:WHAT...]}. */
final class FlowText {
    private static final Pattern FLOW =
            Pattern.compile("(?<name>[^=]+)=(?<stack>[^@+>:]+)(@(?<start>[0-9.]+)(-(?<stop>[0-9.]+))?)?"
                    + "(\\+(?<extra>[0-9.]+))?(?<swaps>(>[^@>:]+@[0-9.]+)*)(?<more>(:[^:]+)*)");
    private static final Pattern SWAP = Pattern.compile(">(?<stack>[^@>]+)@(?<at>[0-9.]+)");
    private static final Pattern WHAT = Pattern.compile("bulk=(?<bytes>[0-9]+)"
            + "|web=(?<rate>[0-9.]+)/(?<least>[0-9]+)-(?<most>[0-9]+)"
            + "|requests=(?<count>[0-9]+)x(?<request>[0-9]+)/(?<response>[0-9]+)"
            + "|hops=(?<entry>[0-9]+)(-(?<exit>[0-9]+))?");

    private FlowText() {}

    /** Throws {@link IllegalArgumentException} with what is wrong. */
    static LabFlow parse(String text) {
        Matcher m = FLOW.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("no flow: \"" + text
                    + "\"; a flow is NAME=STACK[@START[-STOP]][+EXTRA_RTT_MS]" + "[>STACK@SECONDS...][:WHAT...]");
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
        for (String what : m.group("more").split(":", -1)) {
            flow = what.isEmpty() ? flow : with(flow, what);
        }
        return flow;
    }

    private static LabFlow with(LabFlow flow, String what) {
        Matcher m = WHAT.matcher(what);
        if (!m.matches()) {
            throw new IllegalArgumentException(
                    "no workload: \"" + what + "\"; there are bulk=BYTES, web=PER_SECOND/LEAST-MOST,"
                            + " requests=COUNTxREQUEST/RESPONSE, and hops=FIRST[-LAST]");
        }
        if (m.group("entry") != null) {
            int entry = number(m, "entry") - 1;
            return flow.over(entry, m.group("exit") == null ? entry : number(m, "exit") - 1);
        }
        if (m.group("bytes") != null) {
            return flow.withWorkload(new Workload.Bulk(Long.parseLong(m.group("bytes"))));
        }
        return flow.withWorkload(
                m.group("rate") != null
                        ? new Workload.ShortFlows(
                                Double.parseDouble(m.group("rate")), number(m, "least"), number(m, "most"))
                        : new Workload.RequestResponse(
                                number(m, "request"), number(m, "response"), number(m, "count")));
    }

    private static int number(Matcher m, String group) {
        return Integer.parseInt(m.group(group));
    }

    private static long seconds(String text) {
        return Math.round(Double.parseDouble(text) * 1e9);
    }
}
