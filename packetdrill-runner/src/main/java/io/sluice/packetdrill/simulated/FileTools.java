package io.sluice.packetdrill.simulated;

import io.sluice.packetdrill.command.Tool.Outcome;
import io.sluice.posix.MemoryFiles;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The programs that make and remove the files that scripts send: only files in memory, never those of the machine. */
final class FileTools {
    private final MemoryFiles files;

    FileTools(MemoryFiles files) {
        this.files = files;
    }

    /** {@code dd if=/dev/zero of=FILE bs=N count=N}: a file of zeros. */
    Outcome dd(List<String> words, List<String> input) {
        Map<String, String> operands = new HashMap<>();
        for (String word : words.subList(1, words.size())) {
            int equals = word.indexOf('=');
            operands.put(word.substring(0, Math.max(0, equals)), word.substring(equals + 1));
        }
        String target = operands.get("of");
        if (target == null || !"/dev/zero".equals(operands.get("if"))) {
            return Outcome.failed("only dd if=/dev/zero of=FILE is supported");
        }
        try {
            int block = Integer.parseInt(operands.getOrDefault("bs", "512"));
            int count = Integer.parseInt(operands.getOrDefault("count", "1"));
            files.write(target, new byte[Math.multiplyExact(block, count)]);
        } catch (ArithmeticException | NumberFormatException e) {
            return Outcome.failed("not a size");
        }
        return Outcome.done();
    }

    /** {@code echo WORD...}. */
    static Outcome echo(List<String> words) {
        return Outcome.of(List.of(String.join(" ", words.subList(1, words.size()))));
    }

    /** {@code rm -f FILE...}. */
    Outcome remove(List<String> words, List<String> input) {
        words.subList(1, words.size()).stream().filter(w -> !w.startsWith("-")).forEach(files::remove);
        return Outcome.done();
    }
}
