package io.sluice.cli.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.sim.lab.LabFlow;
import io.sluice.sim.lab.LabScenarios;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code sluice lab}: scenarios run, are drawn, and come out the same again. */
final class LabCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    private static String run(int status, String... arguments) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out, true);
        assertEquals(
                status,
                new CommandLine(new LabCommand()).setOut(writer).setErr(writer).execute(arguments),
                out::toString);
        return out.toString();
    }

    @Test
    void scenariosAreListed() {
        String list = run(0);
        LabScenarios.list().forEach(e -> assertTrue(list.contains(e.name()) && list.contains(e.what()), e::name));
    }

    @Test
    void aScenarioBecomesAPageAndPictures() throws IOException {
        String out =
                run(0, "run", "one", "--stack", "default,rack", "--seconds", "2", "--png", "--out", folder.toString());
        assertTrue(out.contains("bin/sluice lab run one --stack default,rack --seconds 2.0 --seed 1"), out);
        String page = Files.readString(folder.resolve("index.html"));
        assertEquals(15, count(page, "<svg"), "three that compare, and of each run five and the first repair");
        assertTrue(page.contains(">Goodput against queueing delay: up and left is better<"), "a comparison");
        assertTrue(page.contains("the first repair<"), "a time-sequence that is magnified");
        assertTrue(page.contains("<h2>Comparison</h2>"));
        assertTrue(page.contains("bin/sluice lab run one"));
        assertTrue(!page.contains("http://") || count(page, "http://") == count(page, "http://www.w3.org/2000/svg"));
        assertEquals(3, Files.readAllLines(folder.resolve("flows.csv")).size());
        assertTrue(Files.exists(folder.resolve("comparison-how-long-the-queue-was.svg")));
        Path picture = folder.resolve("rack-congestion-windows.png");
        assertEquals(1920, ImageIO.read(picture.toFile()).getWidth());
        List<String> points = Files.readAllLines(folder.resolve("rack-congestion-windows.csv"));
        assertEquals("line,x,y,y2", points.get(0));
        assertTrue(points.size() > 1000, () -> points.size() + " lines");

        byte[] before = Files.readAllBytes(folder.resolve("flows.csv"));
        run(0, "run", "one", "--stack", "default,rack", "--seconds", "2", "--out", folder.toString());
        assertTrue(
                Arrays.equals(before, Files.readAllBytes(folder.resolve("flows.csv"))), "the seed decides everything");
    }

    private static int count(String text, String what) {
        return text.split(Pattern.quote(what), -1).length - 1;
    }

    @Test
    void aNetworkOfOnesOwn() throws IOException {
        Path trace = folder.resolve("trace");
        Files.write(trace, List.of("1", "2", "3", "4", "8"));
        String out = run(
                0,
                "custom",
                "--flow",
                "a=rack/cubic",
                "--flow",
                "b=default/newreno@0.5-1.5+10>rack@1",
                "--trace",
                trace.toString(),
                "--queue",
                "fq-codel",
                "--ecn",
                "--burst-loss",
                "0.001,0.5",
                "--seconds",
                "2",
                "--out",
                folder.toString());
        assertTrue(out.contains("  a ") && out.contains("  b "), out);
        assertTrue(
                out.contains(
                        "bin/sluice lab custom --flow a=rack/cubic --flow 'b=default/newreno@0.5-1.5+10>rack@1' --trace "),
                out);
        String page = Files.readString(folder.resolve("index.html"));
        assertTrue(
                page.contains(">Share of each flow<") && page.contains(">b: rack<"), "shares, and the swap is marked");
        assertTrue(page.contains("default, rack from 1.0 s"), "the swap is told of");
        assertTrue(page.contains("FQ-CoDel"));
    }

    /** A parking lot with a rate that changes, and every workload; AccECN. */
    @Test
    void everyKindOfNetworkAndWorkload() throws IOException {
        String out = run(
                0,
                "custom",
                "--hops",
                "2",
                "--rate",
                "20,5@0.5,20@1",
                "--ecn",
                "accurate",
                "--queue",
                "codel",
                "--flow",
                "all=rack",
                "--flow",
                "second=bbr:hops=2",
                "--flow",
                "file=rack:bulk=20000:hops=1",
                "--flow",
                "web=rack:web=20/2000-20000",
                "--flow",
                "ask=default:requests=5x200/3000",
                "--seconds",
                "2",
                "--out",
                folder.toString());
        for (String name : List.of("all", "second", "file", "web", "ask")) {
            assertTrue(out.contains("  " + name + " "), out);
        }
        String page = Files.readString(folder.resolve("index.html"));
        assertTrue(page.contains("20.0 Mbit/s from 0.0 s, 5.0 Mbit/s from 0.5 s"), "the rates are told of");
        assertTrue(page.contains("5 requests of 200 for 3000 octets"), "the workloads are told of");
        assertTrue(run(2, "custom", "--flow", "a=rack:x=1").contains("no workload: \"x=1\""));
        assertTrue(run(2, "custom", "--flow", "a=rack", "--rate", "5,x@2").contains("no rate: \"x@2\""));
        assertTrue(run(2, "custom", "--flow", "a=rack", "--ecn", "x").contains("no ECN \"x\""));
    }

    /** Scenarios that have nothing to tell their runs apart by but the scenario: each has its files and its line. */
    @Test
    void severalScenariosAreToldApart() throws IOException {
        String out = run(0, "run", "policer", "changing", "--seconds", "1", "--out", folder.toString());
        assertTrue(out.contains("policer: default") && out.contains("changing: default"), out);
        assertTrue(Files.exists(folder.resolve("policer-default-queues.svg")));
        assertTrue(Files.exists(folder.resolve("changing-default-queues.svg")));
        List<String> flows = Files.readAllLines(folder.resolve("flows.csv"));
        assertTrue(flows.get(1).startsWith("policer: default,1,"), flows::toString);
        assertTrue(flows.get(2).startsWith("changing: default,1,"), flows::toString);
    }

    @Test
    void aTerminalSeesHowFarItIs() {
        String before = System.getProperty("sluice.terminal");
        System.setProperty("sluice.terminal", "true");
        try {
            String out = run(0, "run", "one", "--seconds", "1", "--out", folder.toString());
            assertTrue(out.contains("\rdefault") && out.contains("  50 %") && out.contains(" 100 %\r"), out);
        } finally {
            if (before == null) {
                System.clearProperty("sluice.terminal");
            } else {
                System.setProperty("sluice.terminal", before);
            }
        }
    }

    @Test
    void flowsAreRead() {
        LabFlow flow = FlowText.parse("b=default/newreno@5-20+40>rack@7.5");
        assertEquals("b", flow.name());
        assertEquals("default", flow.stack().name());
        assertEquals("newreno", flow.profile().congestionControl());
        assertEquals(5_000_000_000L, flow.startNs());
        assertEquals(20_000_000_000L, flow.stopNs());
        assertEquals(40_000_000, flow.accessDelayNs());
        assertEquals(7_500_000_000L, flow.swaps().get(0).atNs());
        assertEquals("rack", flow.swaps().get(0).stack().name());
        assertThrows(IllegalArgumentException.class, () -> FlowText.parse("default"));
    }

    @Test
    void whatThereIsNotIsRefusedWithWhatThereIs() {
        assertTrue(run(2, "run", "nonsense").contains("no scenario \"nonsense\"; there are [one, "));
        assertTrue(run(2, "run", "one", "--stack", "x").contains("no stack \"x\"; there are [default, "));
        assertTrue(run(2, "custom", "--flow", "a=default/x").contains("no congestion control \"x\"; there are ["));
        assertTrue(run(2, "custom", "--flow", "a=default", "--queue", "x").contains("no queue \"x\""));
        assertTrue(run(2, "custom", "--flow", "a").contains("no flow: \"a\""));
    }
}
