package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.Definitions;
import io.sluice.packetdrill.language.Script;
import io.sluice.packetdrill.language.ScriptParser;
import io.sluice.packetdrill.language.ScriptSource;
import io.sluice.packetdrill.language.ScriptSyntaxException;
import io.sluice.packetdrill.simulated.SimulatedBackEnd;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Runs scripts in tests. */
public final class Runs {
    private Runs() {}

    static ScriptRunner runner(Personality personality) {
        return new ScriptRunner(RunConfig.of(personality), Definitions.none(), SimulatedBackEnd::new);
    }

    static ScriptRunner runner(Personality personality, Mode mode) {
        return new ScriptRunner(mode.apply(RunConfig.of(personality)), Definitions.none(), SimulatedBackEnd::new);
    }

    static RunResult run(Personality personality, String text) {
        try {
            Script script = ScriptParser.parse(new ScriptSource("test", text), Definitions.none());
            return runner(personality).run(script);
        } catch (ScriptSyntaxException e) {
            throw new AssertionError("the test's script is wrong", e);
        }
    }

    /** The scripts in this module's resources. */
    static List<Path> own() {
        return scripts("/io/sluice/packetdrill/scripts");
    }

    /** Those that are about what one profile does, not {@code STANDARD}. */
    static List<Path> ofProfile(String name) {
        return scripts("/io/sluice/packetdrill/profiles/" + name);
    }

    static Path resource(String name) {
        return Path.of(uri(Objects.requireNonNull(Runs.class.getResource(name))));
    }

    private static List<Path> scripts(String name) {
        try (Stream<Path> files = Files.walk(resource(name))) {
            return files.filter(f -> f.toString().endsWith(".pkt")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those of {@link #own} that hold for Linux, too. */
    public static List<Path> onLinux() {
        try (InputStream in =
                Objects.requireNonNull(Runs.class.getResourceAsStream("/io/sluice/packetdrill/on-linux.txt"))) {
            List<String> names = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
            List<Path> own = own();
            return names.stream()
                    .map(name -> own.stream()
                            .filter(path -> path.endsWith(name))
                            .findFirst()
                            .orElseThrow(() -> new AssertionError("on-linux.txt names no script: " + name)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URI uri(URL url) {
        try {
            return url.toURI();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Script parse(Path path) {
        try {
            return ScriptParser.parseFile(path, Definitions.none());
        } catch (IOException | ScriptSyntaxException e) {
            throw new AssertionError(path.toString(), e);
        }
    }
}
