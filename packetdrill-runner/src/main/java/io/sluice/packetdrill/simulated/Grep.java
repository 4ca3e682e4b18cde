package io.sluice.packetdrill.simulated;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The end of a pipeline of {@code grep}s: each keeps the lines that contain a word, or counts them. */
final class Grep {
    private Grep() {}

    /** Runs {@code filters} over {@code lines}; empty if the last one found something, as its exit status would say. */
    static Optional<String> run(List<String> lines, List<String> filters) {
        List<String> left = lines;
        for (String filter : filters) {
            List<String> words = Arrays.asList(filter.strip().split("\\s+", -1));
            if (!words.get(0).equals("grep")) {
                return Optional.of("only grep may follow");
            }
            String pattern = words.get(words.size() - 1);
            boolean inverted = words.contains("-v");
            List<String> found =
                    left.stream().filter(l -> l.contains(pattern) != inverted).toList();
            left = words.contains("-c") ? List.of(Integer.toString(found.size())) : found;
        }
        return left.isEmpty() ? Optional.of("nothing found among\n" + String.join("\n", lines)) : Optional.empty();
    }
}
