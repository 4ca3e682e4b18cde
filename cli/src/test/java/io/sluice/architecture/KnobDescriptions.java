package io.sluice.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the source says of each knob, for the command that lists them: {@code build/knobs} writes it. */
final class KnobDescriptions {
    static final String SOURCE = "stack-core/src/main/java/io/sluice/tcp/Knob.java";
    static final String TARGET = "cli/src/main/resources/io/sluice/cli/knobs.txt";

    private static final Pattern CONSTANT =
            Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s+([A-Z][A-Z0-9_]*)\\(", Pattern.DOTALL);

    private KnobDescriptions() {}

    /** Run as a single-file program with the root of the project as its argument. */
    public static void main(String[] args) throws IOException {
        Path root = Path.of(args[0]);
        Files.createDirectories(root.resolve(TARGET).getParent());
        Files.writeString(root.resolve(TARGET), of(root));
    }

    /** A line for each knob: its name, a tab, what its Javadoc says. */
    static String of(Path root) throws IOException {
        StringBuilder out = new StringBuilder();
        Matcher constants = CONSTANT.matcher(Files.readString(root.resolve(SOURCE)));
        while (constants.find()) {
            out.append(constants.group(2))
                    .append('\t')
                    .append(plain(constants.group(1)))
                    .append('\n');
        }
        return out.toString();
    }

    private static String plain(String javadoc) {
        return javadoc.replaceAll("\\s+\\*\\s", " ")
                .replaceAll("\\{@(?:code|link) #?([^}]*)}", "$1")
                .replaceAll("\\s+", " ")
                .strip();
    }
}
