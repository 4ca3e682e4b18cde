package io.sluice.tls.netty;

import io.sluice.tls.CipherSuite;
import io.sluice.tls.TlsVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was shown in a run, as a table: whom with, in which role, with which version and cipher, and what else. */
final class InteropReport {
    private static final String MISSING = "not shown";

    /** What a tool has no way of doing; everything else that is not there was not shown. */
    static final String NOT_APPLICABLE = "n/a";

    private final String title;
    private final List<String> columns;
    private final Map<String, Map<String, String>> rows = new TreeMap<>();

    InteropReport(String title, List<String> columns) {
        this.title = title;
        this.columns = columns;
    }

    static String column(CipherSuite suite) {
        String cipher =
                switch (suite.aead()) {
                    case AES_128_GCM -> "AES-128";
                    case AES_256_GCM -> "AES-256";
                    case CHACHA20_POLY1305 -> "ChaCha20";
                };
        return (suite.version() == TlsVersion.TLS_1_3 ? "1.3 " : "1.2 ") + cipher;
    }

    synchronized void shown(String peer, String column, String what) {
        rows.computeIfAbsent(peer, p -> new TreeMap<>()).put(column, what);
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("## " + title);
        lines.add("");
        lines.add("| other side | " + String.join(" | ", columns) + " |");
        lines.add("|---|" + "---|".repeat(columns.size()));
        rows.forEach((peer, cells) -> {
            StringBuilder line = new StringBuilder("| ").append(peer).append(" |");
            for (String column : columns) {
                line.append(' ').append(cells.getOrDefault(column, MISSING)).append(" |");
            }
            lines.add(line.toString());
        });
        lines.add("");
        return lines;
    }

    /** Writes what was shown to a file of its own: {@code build/tls-interop} puts them together. */
    synchronized void write(String name) throws IOException {
        Path directory = Path.of("target", "tls-interop");
        Files.createDirectories(directory);
        Files.write(directory.resolve(name), lines());
    }
}
