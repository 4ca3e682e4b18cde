package io.sluice.packetdrill.simulated;

import io.sluice.packetdrill.command.Tool;
import io.sluice.tcp.Knob;
import io.sluice.tcp.Knobs;
import java.util.List;

/**
 * {@code tc qdisc replace dev tun0 root fq|pfifo [limit 0]}: Linux paces where the queue is {@code fq}, and does not with {@code
 * pfifo}. A queue that is limited to nothing takes no packets; packets never wait in the queue of this link, so that another limit
 * would change nothing, and fails.
 */
final class QueueTool implements Tool {
    private static final String COMMAND = "qdisc replace dev tun0 root ";

    private final Knobs knobs;
    private final ScriptedLink link;

    QueueTool(Knobs knobs, ScriptedLink link) {
        this.knobs = knobs;
        this.link = link;
    }

    @Override
    public Outcome run(List<String> words, List<String> input) {
        String arguments = String.join(" ", words.subList(1, words.size()));
        if (!arguments.matches(COMMAND + "(fq|pfifo)( limit 0)?")) {
            return Outcome.failed("not known here with these arguments");
        }
        knobs.set(Knob.PACE_SENDING, arguments.startsWith(COMMAND + "fq") ? 1 : 0);
        link.hasRoom(!arguments.endsWith(" limit 0"));
        return Outcome.done();
    }
}
