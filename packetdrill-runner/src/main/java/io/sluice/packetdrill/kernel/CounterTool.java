package io.sluice.packetdrill.kernel;

import io.sluice.packetdrill.command.Tool;
import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code nstat}: the counters of the namespace that changed since it was last run. */
final class CounterTool implements Tool {
    private static final List<String> FILES = List.of("netstat", "snmp");

    private final NetworkNamespace namespace;
    private Map<String, Long> before = Map.of();

    CounterTool(NetworkNamespace namespace) {
        this.namespace = namespace;
    }

    @Override
    public Outcome run(List<String> words, List<String> input) {
        if (words.size() > 1) {
            return Outcome.failed("only nstat without arguments is supported");
        }
        Map<String, Long> now;
        try {
            now = namespace.call(CounterTool::read);
        } catch (IOException e) {
            return Outcome.failed(String.valueOf(e.getMessage()));
        }
        List<String> lines = new ArrayList<>();
        now.forEach((name, value) -> {
            long change = value - before.getOrDefault(name, 0L);
            if (change != 0) {
                lines.add(name + " " + change + " 0.0");
            }
        });
        before = now;
        return Outcome.of(lines);
    }

    /** Pairs of lines: a name for each column, then the numbers. */
    private static Map<String, Long> read() throws IOException {
        Map<String, Long> counters = new LinkedHashMap<>();
        for (String file : FILES) {
            List<String> lines = Files.readAllLines(Path.of("/proc/thread-self/net", file));
            for (int i = 0; i + 1 < lines.size(); i += 2) {
                String[] names = lines.get(i).split(" ", -1);
                String[] values = lines.get(i + 1).split(" ", -1);
                String group = names[0].replace(":", "");
                for (int column = 1; column < Math.min(names.length, values.length); column++) {
                    counters.put(group + names[column], Long.parseLong(values[column]));
                }
            }
        }
        return counters;
    }
}
