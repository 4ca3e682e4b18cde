package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import picocli.CommandLine;

/** Each option of {@code sluice packetdrill}, its last line and its exit status. */
final class PacketdrillCommandTest {
    private static final String GOOD =
            """
             0    socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
            +0    bind(3, ..., ...) = 0
            +0    listen(3, 1) = 0
            +0    < S 0:0(0) win 65535 <mss 1000>
            +0    > S. 0:0(0) ack 1 <mss 1460>
            +0.1  < . 1:1(0) ack 1 win 65535
            +0    accept(3, ..., ...) = 4
            """;

    private static final String BAD = GOOD.replace("<mss 1460>", "<mss 1400>");

    @TempDir
    private Path folder = Path.of("");

    private String out = "";
    private String err = "";

    @BeforeEach
    void scripts() throws IOException {
        script("good.pkt", GOOD);
        script("sub/bad.pkt", BAD);
        script("sub/long.pkt", GOOD + "+3600 close(4) = 0\n");
    }

    private Path script(String name, String text) throws IOException {
        Path path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }

    private int run(String... arguments) {
        StringWriter written = new StringWriter();
        StringWriter errors = new StringWriter();
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(written, true));
        command.setErr(new PrintWriter(errors, true));
        List<String> all = new ArrayList<>(List.of("packetdrill"));
        all.addAll(List.of(arguments));
        int status = command.execute(all.toArray(String[]::new));
        out = written.toString();
        err = errors.toString();
        return status;
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private String lastLine() {
        return out.lines().reduce("", (before, line) -> line);
    }

    @Test
    void allPass() {
        assertEquals(0, run(path("good.pkt")));
        assertEquals("1 passed, 0 failed", lastLine());
    }

    @Test
    void overAnEthernet() {
        assertEquals(0, run("--link", "ethernet", path("good.pkt")));
        assertEquals("1 passed, 0 failed", lastLine());
        assertEquals(2, run("--link", "token-ring", path("good.pkt")));
        assertTrue(err.contains("no link token-ring: [ip, ethernet]"), err);
        assertEquals(2, run("--backend", "kernel", "--link", "ethernet", path("good.pkt")));
        assertTrue(err.contains("--link: kernel has no ethernet"), err);
    }

    @Test
    void oneFails() {
        assertEquals(1, run(folder.toString()));
        assertEquals("2 passed, 1 failed", lastLine());
        assertTrue(out.contains("bad.pkt:5:7: the packet differs: options"), out);
        assertTrue(out.contains("    expected: > S. 0:0(0) ack 1 <mss 1400>"), out);
        assertTrue(out.contains("      actual: > S. 0:0(0) ack 1 win 65535 <mss 1460>   at 0.000000"), out);
        assertTrue(out.contains("    +0    > S. 0:0(0) ack 1 <mss 1400>\n          ^"), out);
    }

    @Test
    void summaryByFolder() {
        run("--quiet", folder.toString());
        assertEquals(
                List.of(".       1 passed     0 failed", "sub     1 passed     1 failed", "2 passed, 1 failed"),
                out.lines().toList());
    }

    @Test
    void listFailures() {
        assertEquals(1, run("--list-failures", folder.toString()));
        assertEquals(path("sub/bad.pkt"), out.lines().findFirst().orElse(""));
        assertFalse(out.contains("differs"), out);
    }

    @Test
    void verboseShowsTheExchange() {
        assertEquals(0, run("--verbose", path("good.pkt")));
        assertTrue(out.contains(": passed\n    0.000000 call: socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"), out);
        assertTrue(out.contains("    0.000000 inbound: < S 0:0(0) win 65535 <mss 1000>\n"), out);
        assertTrue(out.contains("    0.000000 outbound: > S. 0:0(0) ack 1 win 65535 <mss 1460>\n"), out);
        assertTrue(out.contains("    0.100000 call: accept(3, ..., ...) = 4\n"), out);
    }

    @Test
    void dryRunOnlyParses() throws IOException {
        assertEquals(0, run("--dry-run", folder.toString()));
        assertTrue(out.contains("    3 of     3 parsed"), out);
        script("broken.pkt", GOOD + "+0 > S. 0:0(0 ack 1\n");
        assertEquals(1, run("--dry-run", folder.toString()));
        assertTrue(out.contains("broken.pkt:8:15: "), out);
    }

    @Test
    void dryRunOfAFileThatIsCalledOtherwise() throws IOException {
        String script = script("script.txt", "0 close(3)\n").toString();
        assertEquals(1, run("--dry_run", script));
        assertTrue(out.contains("script.txt:2:1: expected '='"), out);
        Files.createDirectories(folder.resolve("empty"));
        assertEquals(2, run("--dry-run", path("empty")));
    }

    /** The options of the C tool's command line win over those of scripts. */
    @Test
    void optionsOfTheTool() throws IOException {
        String six = GOOD.replace("mss 1460", "mss 1440");
        String script = script("six.pkt", "--ip_version=ipv4\n" + six).toString();
        assertEquals(1, run(script));
        assertEquals(0, run("--ip_version=ipv6", "--tolerance_usecs=9000", "--speed=100", "-v", script), err + out);
        assertTrue(out.contains("six.pkt: passed"), out);
        assertEquals(2, run("--tolerance_usecs=often", script));
        assertTrue(err.contains("--tolerance_usecs needs a number"), err);
        assertEquals(2, run("--no-such", script));
        assertTrue(err.contains("--no-such is not supported"), err);
    }

    @Test
    void theKernelHasItsOwnStackAndLooks() {
        assertEquals(2, run("--backend", "kernel", "--stack", "rack", path("good.pkt")));
        assertTrue(err.contains("--stack: the kernel runs its own"), err);
        assertEquals(2, run("--backend", "kernel", "--profile", "freebsd", path("good.pkt")));
        assertTrue(err.contains("--profile: the kernel looks like linux"), err);
    }

    @Test
    void aScriptThatCannotBeParsedFailsWithLineAndColumn() throws IOException {
        assertEquals(
                1, run(script("broken.pkt", GOOD + "+0 < S 0:0(0) win big\n").toString()));
        assertTrue(out.contains("broken.pkt:8:19: "), out);
        assertEquals("0 passed, 1 failed", lastLine());
    }

    @Test
    void upToLeavesOutLongScripts() {
        run("--up-to", "10", folder.toString());
        assertEquals("1 passed, 1 failed", lastLine());
    }

    @Test
    void definesAndProfile() throws IOException {
        String conditions = "#ifdef FreeBSD\n" + GOOD + "#else\n" + BAD + "#endif\n"
                + "+0 listen(9, EXPECTED) = -1 EXPECTED_ERROR\n";
        String name = script("conditions.pkt", conditions).toString();
        assertEquals(0, run("--profile", "freebsd", "-D", "EXPECTED=1", "-D", "EXPECTED_ERROR=EBADF", name), () -> out);
        assertEquals(1, run("--profile", "freebsd", "-D", "EXPECTED=1", "-D", "EXPECTED_ERROR=EINVAL", name));
        assertEquals(1, run("--profile", "linux", "-D", "EXPECTED=1", "-D", "EXPECTED_ERROR=EBADF", name));
        assertEquals(1, run("-D", "EXPECTED=1", "-D", "EXPECTED_ERROR=EBADF", name));
        assertEquals(2, run("--profile", "solaris", name));
        assertTrue(err.contains("no profile solaris"), err);
    }

    @Test
    void modes() throws IOException {
        script("only-v6.pkt", GOOD.replace("mss 1460", "mss 1460"));
        String v4 = script("mode/test-v4.pkt", GOOD).toString();
        String v6 = script("mode/test-v6.pkt", GOOD).toString();
        assertEquals(0, run("--mode", "ipv4", v4, v6));
        assertEquals("1 passed, 0 failed", lastLine());
        assertEquals(0, run("--mode", "ipv6", v4, v6), () -> out);
        assertEquals("1 passed, 0 failed", lastLine());
        assertEquals(0, run("--mode", "ipv4-mapped-v6", v4, v6));
        assertEquals("1 passed, 0 failed", lastLine());
        assertEquals(0, run("--mode", "all", path("mode")));
        assertEquals(
                List.of("ipv4               1 passed     0 failed", "ipv4-mapped-v6     1 passed     0 failed"),
                out.lines().limit(2).toList());
        assertEquals("3 passed, 0 failed", lastLine());
        String bad = path("sub/bad.pkt");
        assertEquals(1, run("--mode", "all", "--list-failures", bad));
        assertEquals(
                List.of("ipv4 " + bad, "ipv4-mapped-v6 " + bad, "ipv6 " + bad),
                out.lines().limit(3).toList());
        assertEquals(2, run("--mode", "ipv5", v4));
    }

    @Test
    void backEndAndStackHaveToExist() {
        assertEquals(0, run("--backend", "simulated", "--stack", "default", path("good.pkt")));
        assertEquals(2, run("--backend", "paper", path("good.pkt")));
        assertTrue(err.contains("no back end paper: [simulated, tun, kernel]"), err);
        assertEquals(2, run("--stack", "of-cards", path("good.pkt")));
        assertTrue(err.contains("no stack of-cards"), err);
    }

    @Test
    void whatCannotBeIsSaidBeforeAnythingRuns() throws IOException {
        String scripts = folder.toString();
        String nowhere = folder.resolve("no/such").toString();
        Path empty = Files.createDirectory(folder.resolve("empty"));
        for (String[] arguments : new String[][] {
            {"--jobs", "0", scripts},
            {"--runs", "0", scripts},
            {"--up-to", "-1", scripts},
            {"-D", "=3", scripts},
            {"--dry-run", "--pcap", "x", scripts},
            {"--expect", nowhere, scripts},
            {"--pcap", nowhere, scripts},
            {"--junit-xml", nowhere, scripts},
            {"--record", scripts, scripts},
            {nowhere},
            {empty.toString()}
        }) {
            assertEquals(2, run(arguments), String.join(" ", arguments));
            assertFalse(err.contains("\tat "), err);
            assertTrue(err.contains("Usage:"), err);
        }
    }

    /** What cannot be written is told of when the results have been. */
    @Test
    void fullDisk() {
        String good = path("good.pkt");
        for (String option : List.of("--pcap", "--junit-xml", "--record")) {
            assertEquals(1, run(option, "/dev/full", good));
            assertEquals("1 passed, 0 failed", lastLine());
            assertEquals("sluice: No space left on device", err.strip());
        }
        assertEquals(1, run("--pcap", "/proc/no-such-file", good));
        assertEquals("sluice: NoSuchFileException: /proc/no-such-file", err.strip());
    }

    /** Whatever a file holds: a message with a place, and nothing that a terminal would obey. */
    @Test
    void anyFileMayBeGiven() throws IOException {
        String binary =
                script("binary.pkt", "0 close(3) = \u001b[2J\u0000 \r x\n").toString();
        assertEquals(1, run(binary));
        assertTrue(out.contains("binary.pkt:1:14: "), out);
        assertTrue(out.contains("    0 close(3) = \u00b7[2J\u00b7 \u00b7 x\n                 ^\n"), out);
        String endless =
                script("endless.pkt", "0 close(3) = " + "(".repeat(100_000)).toString();
        assertEquals(1, run(endless));
        assertTrue(out.length() < 2000, out);
        assertEquals(1, run(script("nothing.pkt", "").toString()));
        assertTrue(out.contains("nothing.pkt:1:1: expected an event"), out);
    }

    @Test
    void pcapHoldsEveryPacketOfEveryScript() throws IOException {
        Path capture = folder.resolve("out.pcapng");
        run("--pcap", capture.toString(), "--jobs", "3", folder.toString());
        ByteBuffer blocks = ByteBuffer.wrap(Files.readAllBytes(capture)).order(ByteOrder.LITTLE_ENDIAN);
        int interfaces = 0;
        int packets = 0;
        for (int at = 0; at < blocks.limit(); at += blocks.getInt(at + 4)) {
            interfaces += blocks.getInt(at) == 1 ? 1 : 0;
            packets += blocks.getInt(at) == 6 ? 1 : 0;
        }
        assertEquals(3, interfaces);
        assertEquals(3 + 2 + 4, packets, "one ends before its last packet, one sends a FIN in the end");
    }

    @Test
    void junitXmlTellsWhatFailed() throws Exception {
        Path xml = folder.resolve("out.xml");
        run("--junit-xml", xml.toString(), folder.toString());
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(xml.toFile());
        assertEquals("3", document.getDocumentElement().getAttribute("tests"));
        assertEquals("1", document.getDocumentElement().getAttribute("failures"));
        assertEquals(2, document.getElementsByTagName("testsuite").getLength());
        assertEquals(3, document.getElementsByTagName("testcase").getLength());
        assertEquals(1, document.getElementsByTagName("failure").getLength());
        String text = document.getElementsByTagName("failure").item(0).getTextContent();
        assertTrue(text.contains("expected: > S. 0:0(0) ack 1 <mss 1400>"), text);
    }

    @Test
    void expectAndRecord() throws IOException {
        Path list = folder.resolve("list.txt");
        assertEquals(1, run("--record", list.toString(), folder.toString()));
        assertEquals(List.of("good.pkt", "sub/long.pkt"), Files.readAllLines(list));
        assertEquals(0, run("--expect", list.toString(), folder.toString()));
        Files.writeString(list, "good.pkt\nsub/bad.pkt\n");
        assertEquals(1, run("--expect", list.toString(), folder.toString()));
        assertTrue(out.contains("PASSED BEFORE AND FAILS NOW: sub/bad.pkt"), out);
        assertTrue(out.contains("does not say so: sub/long.pkt"), out);
    }
}
