package io.sluice.packetdrill.simulated;

import io.sluice.packetdrill.command.Tool;
import java.util.List;

/** A program of which only what {@link InertCommand} lists is known. */
final class InertTool implements Tool {
    @Override
    public Outcome run(List<String> words, List<String> input) {
        return InertCommand.contains(words) ? Outcome.done() : Outcome.failed("not known here with these arguments");
    }
}
