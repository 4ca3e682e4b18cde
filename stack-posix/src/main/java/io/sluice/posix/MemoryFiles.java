package io.sluice.posix;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files that {@code open} finds: named octets in memory, and nothing of the machine's own. Confined to one thread. */
public final class MemoryFiles {
    private final Map<String, byte[]> contents = new HashMap<>();

    /** Makes or replaces a file. */
    public void write(String path, byte[] content) {
        contents.put(path, content.clone());
    }

    /** Removes a file, if there is one. */
    public void remove(String path) {
        contents.remove(path);
    }

    /** The octets of a file, or null if there is none. */
    byte @Nullable [] read(String path) {
        return contents.get(path);
    }
}
