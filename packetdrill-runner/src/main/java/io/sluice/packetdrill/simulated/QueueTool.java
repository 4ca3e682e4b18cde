package io.sluice.packetdrill.simulated;

import io.sluice.packetdrill.command.Tool;
import io.sluice.tcp.Knob;
import io.sluice.tcp.Knobs;
import java.util.List;

/** {@code tc qdisc replace dev tun0 root QUEUE}: Linux paces where the queue is {@code fq}, and does not with {@code pfifo}. */
final class QueueTool implements Tool {
    private static final String COMMAND = "qdisc replace dev tun0 root ";

    private final Knobs knobs;

    QueueTool(Knobs knobs) {
        this.knobs = knobs;
    }

    @Override
    public Outcome run(List<String> words, List<String> input) {
        String arguments = String.join(" ", words.subList(1, words.size()));
        switch (arguments) {
            case COMMAND + "fq" -> knobs.set(Knob.PACE_SENDING, 1);
            case COMMAND + "pfifo" -> knobs.set(Knob.PACE_SENDING, 0);
            default -> {
                return Outcome.failed("not known here with these arguments");
            }
        }
        return Outcome.done();
    }
}
