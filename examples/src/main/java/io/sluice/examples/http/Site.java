package io.sluice.examples.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the server has: {@code /}, {@code /bytes/N} (N octets of {@link GeneratedContent}), {@code /files/...} from a
 * folder, and {@code /counters}. Thread-safe.
 */
public final class Site implements AutoCloseable {
    private static final String BYTES = "/bytes/";
    private static final String FILES = "/files/";
    private static final int MAX_DIGITS = 15;

    private static final Map<String, String> MEDIA_TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json",
            "md", "text/markdown; charset=utf-8",
            "txt", "text/plain; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "jpg", "image/jpeg");

    private final GeneratedContent generated;
    private final @Nullable Path folder;
    private final Supplier<String> counters;
    private final String index;

    /**
     * A site.
     *
     * @param folder what to serve under {@code /files/}, or null for nothing
     * @param counters the text of {@code /counters}; called on the connection's event loop
     * @throws IOException if the folder is not there
     */
    public Site(@Nullable Path folder, Supplier<String> counters) throws IOException {
        this.folder = folder == null ? null : folder.toRealPath();
        this.counters = counters;
        this.index = resource("index.html");
        this.generated = new GeneratedContent(); // last, since nobody would close it after an exception
    }

    /** What {@code sha256sum} says of {@code /bytes/N}. */
    public String sha256OfBytes(long n) {
        return generated.sha256(n);
    }

    /** The page at {@code path}, which is decoded and starts with a slash, or null if there is none. */
    @Nullable Page find(String path) throws IOException {
        if (path.equals("/") || path.equals("/index.html")) {
            return Page.text("text/html", index);
        }
        if (path.equals("/counters")) {
            return Page.text("text/plain", counters.get() + "\n");
        }
        if (path.startsWith(BYTES)) {
            return bytes(path.substring(BYTES.length()));
        }
        return path.startsWith(FILES) ? file(path.substring(FILES.length())) : null;
    }

    private @Nullable Page bytes(String number) {
        if (number.isEmpty() || number.length() > MAX_DIGITS || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        long n = Long.parseLong(number);
        return new Page("application/octet-stream", n, (loop, resume) -> generated.body(n));
    }

    /** A file that lies in the folder itself or below it, also once every symbolic link has been followed. */
    private @Nullable Page file(String name) throws IOException {
        Path root = folder;
        if (root == null || name.indexOf('\0') >= 0) {
            return null;
        }
        Path file;
        try {
            file = root.resolve(name).normalize();
        } catch (InvalidPathException e) {
            return null;
        }
        if (!file.startsWith(root) || !Files.exists(file) || !file.toRealPath().startsWith(root)) {
            return null;
        }
        if (Files.isDirectory(file)) {
            return name.isEmpty() || name.endsWith("/") ? Page.text("text/html", listing(file)) : null;
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            return null;
        }
        long length = Files.size(file);
        return new Page(mediaType(file), length, (loop, resume) -> new FileBody(file, length, loop, resume));
    }

    private static String mediaType(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return MEDIA_TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
    }

    private static String listing(Path directory) throws IOException {
        List<String> names;
        try (Stream<Path> entries = Files.list(directory)) {
            names = entries.map(Site::listed)
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
        return names.stream()
                .map(name -> "<li><a href=\"./" + escape(name) + "\">" + escape(name) + "</a>")
                .collect(Collectors.joining("\n", "<!DOCTYPE html>\n<meta charset=utf-8>\n<ul>\n", "\n</ul>\n"));
    }

    private static String listed(Path entry) {
        return entry.getFileName() + (Files.isDirectory(entry) ? "/" : "");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(Site.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Lets go of memory; responses under way are not affected. */
    @Override
    public void close() {
        generated.close();
    }
}
