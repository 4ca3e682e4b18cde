package io.sluice.packetdrill.command;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A program that scripts run, done to the stack instead. */
@FunctionalInterface
public interface Tool {
    /**
     * Runs it.
     *
     * @param words its name and its arguments
     * @param input the lines that it reads
     */
    Outcome run(List<String> words, List<String> input);

    /**
     * How it went.
     *
     * @param lines what it wrote
     * @param problem why its exit status is not 0, or null if it is
     */
    public record Outcome(List<String> lines, @Nullable String problem) {
        public static Outcome done() {
            return new Outcome(List.of(), null);
        }

        public static Outcome of(List<String> lines) {
            return new Outcome(lines, null);
        }

        public static Outcome failed(String problem) {
            return new Outcome(List.of(), problem);
        }
    }
}
