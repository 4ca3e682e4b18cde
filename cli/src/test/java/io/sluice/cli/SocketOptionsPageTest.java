package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.sluice.api.TcpOption;
import io.sluice.netty.SluiceChannelOption;
import io.sluice.netty.SluiceServerSocketChannel;
import io.sluice.netty.SluiceSocketChannel;
import io.sluice.posix.SocketOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/socket-options.md lists every option, each typed in Java and in Netty, and each with a test that shows what it does. */
class SocketOptionsPageTest {
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Path HOME = Path.of("..");

    /** What the page has that is no {@link TcpOption}: read-only, a listener's, or of the error queue. */
    private static final Set<String> NOT_TYPED_AS_OPTION = Set.of("IPV6_V6ONLY", "SO_TIMESTAMPING");

    /** One row. */
    private record Row(List<String> names, String netty, String shownBy) {}

    private static List<String> quoted(String cell) {
        List<String> found = new ArrayList<>();
        Matcher m = QUOTED.matcher(cell);
        while (m.find()) {
            found.add(m.group(1));
        }
        return found;
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(HOME.resolve("docs/socket-options.md"))) {
            if (line.startsWith("| `")) {
                String[] cells = line.split("\\|", -1);
                assertEquals(8, cells.length, line);
                rows.add(new Row(
                        quoted(cells[1]),
                        quoted(cells[5]).get(0),
                        quoted(cells[6]).get(0)));
            }
        }
        return rows;
    }

    @Test
    void everyTypedOptionIsListed() throws IOException {
        Set<String> listed = new TreeSet<>();
        for (Row row : rows()) {
            listed.addAll(row.names());
        }
        for (TcpOption<?> option : TcpOption.ALL) {
            assertTrue(listed.contains(option.name()), option.name());
        }
    }

    @Test
    void everyListedOptionIsTyped() throws IOException {
        Set<String> typed = new TreeSet<>(NOT_TYPED_AS_OPTION);
        TcpOption.ALL.forEach(o -> typed.add(o.name()));
        Set<String> posix = new TreeSet<>(
                Arrays.stream(SocketOption.values()).map(Enum::name).toList());
        for (Row row : rows()) {
            assertTrue(typed.contains(row.names().get(0)), row.toString());
            boolean byName = row.names().get(0).equals("TCP_STACK"); // TCP_FUNCTION_BLK there
            row.names().forEach(name -> assertTrue(byName || posix.contains(name), name));
        }
    }

    @Test
    void everyListedOptionIsAChannelsToo() throws IOException, ReflectiveOperationException {
        Map<String, Class<?>> classes = Map.of(
                "ChannelOption", ChannelOption.class,
                "EpollChannelOption", EpollChannelOption.class,
                "SluiceChannelOption", SluiceChannelOption.class);
        SluiceSocketChannel stream = new SluiceSocketChannel();
        SluiceServerSocketChannel server = new SluiceServerSocketChannel();
        for (Row row : rows()) {
            String[] parts = row.netty().split("\\.", -1);
            Class<?> holder = classes.get(parts[0]);
            assertNotNull(holder, row.toString());
            ChannelOption<?> option =
                    (ChannelOption<?>) holder.getField(parts[1]).get(null);
            Set<ChannelOption<?>> of =
                    new HashSet<>(stream.config().getOptions().keySet());
            of.addAll(server.config().getOptions().keySet());
            assertTrue(of.contains(option), row.toString());
        }
    }

    @Test
    void everyListedOptionIsShownByAScriptOrTest() throws IOException {
        for (Row row : rows()) {
            List<Path> files = row.shownBy().contains("/")
                    ? List.of(HOME.resolve("packetdrill-runner/src/main/resources/io/sluice/packetdrill/scripts/"
                            + row.shownBy() + ".pkt"))
                    : tests(row.shownBy());
            boolean mentions = false;
            for (Path file : files) {
                String text = Files.readString(file);
                mentions |= row.names().stream().anyMatch(n -> text.contains(n));
            }
            assertTrue(mentions, row.toString());
        }
    }

    private static List<Path> tests(String name) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(HOME)) {
            for (Path module : modules.filter(m -> Files.isDirectory(m.resolve("src/test/java")))
                    .toList()) {
                try (Stream<Path> files = Files.walk(module.resolve("src/test/java"))) {
                    files.filter(f -> f.endsWith(name + ".java")).forEach(found::add);
                }
            }
        }
        return found;
    }
}
