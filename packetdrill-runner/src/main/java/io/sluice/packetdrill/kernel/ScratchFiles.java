package io.sluice.packetdrill.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Files that a script's commands make, in a folder of the run's own, whatever the script calls them. */
final class ScratchFiles implements AutoCloseable {
    private final Map<String, Path> files = new HashMap<>();

    /** A new file of {@code length} zeros. */
    void zeros(String name, int length) throws IOException {
        delete(name);
        Path file = Files.createTempFile("sluice-packetdrill", ".tmp");
        Files.write(file, new byte[length]);
        files.put(name, file);
    }

    /** Deletes a file, if the script has made it. */
    void delete(String name) throws IOException {
        Path file = files.remove(name);
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }

    /** Where the file is that the script calls {@code name}. */
    Optional<String> locate(String name) {
        return Optional.ofNullable(files.get(name)).map(Path::toString);
    }

    @Override
    public void close() throws IOException {
        for (Path file : files.values()) {
            Files.deleteIfExists(file);
        }
        files.clear();
    }
}
