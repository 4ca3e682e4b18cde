package io.sluice.packetdrill.junit;

import io.sluice.packetdrill.BackEnds;
import io.sluice.packetdrill.language.Definitions;
import io.sluice.packetdrill.language.DryRun;
import io.sluice.packetdrill.language.ScriptParser;
import io.sluice.packetdrill.language.ScriptSyntaxException;
import io.sluice.packetdrill.run.LinkKind;
import io.sluice.packetdrill.run.Mode;
import io.sluice.packetdrill.run.Personality;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunResult;
import io.sluice.packetdrill.run.ScriptRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/**
 * The packetdrill scripts of a project as JUnit 5 tests: one for each {@code *.pkt} file, in containers for their folders.
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicNode> scripts() {
 *     return PacketdrillScripts.in(Path.of("src/test/packetdrill")).tests();
 * }
 * }</pre>
 *
 * <p>They run in process and in virtual time, against the stack with the profile that users get, unless told otherwise. A
 * test that fails says what {@code sluice packetdrill} would say, and what happened until then. Immutable: each method
 * returns another value.
 */
public final class PacketdrillScripts {
    private final Path folder;
    private final Personality personality;
    private final BackEnds backEnd;
    private final Optional<Mode> mode;
    private final LinkKind link;
    private final List<String> definitions;

    private PacketdrillScripts(
            Path folder,
            Personality personality,
            BackEnds backEnd,
            Optional<Mode> mode,
            LinkKind link,
            List<String> definitions) {
        this.folder = folder;
        this.personality = personality;
        this.backEnd = backEnd;
        this.mode = mode;
        this.link = link;
        this.definitions = List.copyOf(definitions);
    }

    /** The scripts below a folder, or the one script that {@code folder} is. */
    public static PacketdrillScripts in(Path folder) {
        return new PacketdrillScripts(
                folder, Personality.standard(), BackEnds.SIMULATED, Optional.empty(), LinkKind.IP, List.of());
    }

    /** What the stack is to look like: {@link Personality#standard()} unless told otherwise. */
    public PacketdrillScripts personality(Personality other) {
        return new PacketdrillScripts(folder, other, backEnd, mode, link, definitions);
    }

    /** What the scripts are run against: {@link BackEnds#SIMULATED} unless told otherwise. */
    public PacketdrillScripts against(BackEnds other) {
        return new PacketdrillScripts(folder, personality, other, mode, link, definitions);
    }

    /** Addresses and names as the driver of Google's suite sets them; what it would not run in this mode is left out. */
    public PacketdrillScripts mode(Mode other) {
        return new PacketdrillScripts(folder, personality, backEnd, Optional.of(other), link, definitions);
    }

    /** What carries the packets: {@link LinkKind#IP} unless told otherwise; {@link BackEnds#KERNEL} has no other. */
    public PacketdrillScripts over(LinkKind other) {
        return new PacketdrillScripts(folder, personality, backEnd, mode, other, definitions);
    }

    /**
     * Defines a name for the scripts.
     *
     * @param definition {@code NAME} or {@code NAME=VALUE}
     */
    public PacketdrillScripts define(String definition) {
        List<String> more = new ArrayList<>(definitions);
        more.add(definition);
        return new PacketdrillScripts(folder, personality, backEnd, mode, link, more);
    }

    /**
     * The tests. A script that cannot be parsed is a test that fails.
     *
     * @throws IllegalArgumentException if there is no script, which a test run would not tell from success
     * @throws UncheckedIOException if the folder cannot be read
     */
    public Stream<DynamicNode> tests() {
        Definitions defined = definitions();
        RunConfig usual = RunConfig.of(personality).link(link);
        RunConfig config = mode.map(m -> m.apply(usual)).orElse(usual);
        ScriptRunner runner = new ScriptRunner(config, defined, backEnd::open);
        Map<Path, List<DynamicTest>> folders = new TreeMap<>();
        for (Path path : paths()) {
            Path relative = folder.equals(path) ? path.getFileName() : folder.relativize(path);
            Path parent = Optional.ofNullable(relative.getParent()).orElse(Path.of(""));
            folders.computeIfAbsent(parent, f -> new ArrayList<>())
                    .add(DynamicTest.dynamicTest(
                            relative.getFileName().toString(), path.toUri(), () -> run(path, defined, runner)));
        }
        if (folders.isEmpty()) {
            throw new IllegalArgumentException("no script below " + folder.toAbsolutePath());
        }
        backEnd.rehearse(config);
        List<DynamicTest> top = folders.getOrDefault(Path.of(""), List.of());
        Stream<DynamicNode> nested = folders.entrySet().stream()
                .filter(e -> !e.getKey().equals(Path.of("")))
                .map(e -> DynamicContainer.dynamicContainer(e.getKey().toString(), e.getValue()));
        return Stream.concat(top.stream(), nested);
    }

    private Definitions definitions() {
        if (mode.isPresent()) {
            return mode.get().definitions(definitions);
        }
        Definitions all = Definitions.none();
        for (String definition : definitions) {
            all = all.with(definition);
        }
        return all;
    }

    private List<Path> paths() {
        try {
            return DryRun.scripts(folder).stream()
                    .filter(path -> mode.isEmpty() || mode.get().runs(path))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(Path path, Definitions definitions, ScriptRunner runner)
            throws IOException, ScriptSyntaxException {
        RunResult result = runner.run(ScriptParser.parseFile(path, definitions));
        if (!result.passed()) {
            Assertions.fail(
                    result.failure().orElse("") + "\nwhat happened:\n    " + String.join("\n    ", result.exchange()));
        }
    }
}
