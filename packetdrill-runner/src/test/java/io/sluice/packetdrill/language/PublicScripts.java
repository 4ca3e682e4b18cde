package io.sluice.packetdrill.language;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the public packetdrill scripts, which are no part of this project: the folder named by the system property
 * {@code sluice.packetdrill.dir}, or {@code shared/packetdrill} beside the project.
 */
public final class PublicScripts {
    private PublicScripts() {}

    /** The folder, if it is on this machine. */
    public static Optional<Path> folder() {
        String property = System.getProperty("sluice.packetdrill.dir", "");
        if (!property.isEmpty()) {
            Path named = Path.of(property);
            if (!Files.isDirectory(named)) {
                throw new IllegalStateException("sluice.packetdrill.dir names " + named + ", which is no folder");
            }
            return Optional.of(named);
        }
        for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
            Path candidate = up.resolve("shared/packetdrill");
            if (Files.isDirectory(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
