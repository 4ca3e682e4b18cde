package io.sluice.packetdrill.command;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code grep}: keeps the lines that contain a word, those that do not ({@code -v}), or counts them ({@code -c}). */
public final class Grep implements Tool {
    private final Function<String, @Nullable List<String>> files;

    /** @param files the lines of a file, or null if there is none of that name */
    public Grep(Function<String, @Nullable List<String>> files) {
        this.files = files;
    }

    @Override
    public Outcome run(List<String> words, List<String> input) {
        List<String> operands = new ArrayList<>();
        boolean inverted = false;
        boolean counted = false;
        for (String word : words.subList(1, words.size())) {
            switch (word) {
                case "-v" -> inverted = true;
                case "-c" -> counted = true;
                default -> operands.add(word);
            }
        }
        List<String> lines = new ArrayList<>(operands.size() > 1 ? List.of() : input);
        for (String name : operands.subList(1, operands.size())) {
            List<String> file = files.apply(name);
            if (file == null) {
                return Outcome.failed("no such file here: " + name);
            }
            lines.addAll(file);
        }
        String pattern = operands.get(0);
        boolean without = inverted;
        List<String> found =
                lines.stream().filter(l -> l.contains(pattern) != without).toList();
        List<String> output = counted ? List.of(Integer.toString(found.size())) : found;
        return found.isEmpty()
                ? new Outcome(output, "nothing found among\n" + String.join("\n", lines))
                : Outcome.of(output);
    }
}
