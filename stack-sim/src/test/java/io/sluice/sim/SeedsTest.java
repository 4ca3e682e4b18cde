package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpSocket;
import io.sluice.sim.workload.PeerPlan;
import io.sluice.sim.workload.StreamUpgrade;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The seeds of every build; {@code bin/sluice seeds} runs more. */
final class SeedsTest {
    private static final int COUNT = 300;

    @Test
    void everyStreamIsIntactAndNothingIsLeft() throws InterruptedException, IOException {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        boolean passed = run(1, COUNT, 2, told);
        String text = told.toString(StandardCharsets.UTF_8);
        assertTrue(passed, text);
        for (String part : List.of("REGIONS", "LATE_READS")) {
            Matcher m = Pattern.compile(" " + part + "=([0-9]+)").matcher(text);
            assertTrue(m.find() && Long.parseLong(m.group(1)) >= COUNT, text);
        }
    }

    /** The update that opens the window is lost; what is left is still in the region, and nothing is in flight: a probe finds out. */
    @Test
    void aClosedWindowIsProbedForARegion() throws InterruptedException, IOException {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        assertTrue(run(551, 1, 1, told), () -> told.toString(StandardCharsets.UTF_8));
    }

    @Test
    void theNumberOfThreadsChangesNothing() throws InterruptedException, IOException {
        assertEquals(hashOf(1), hashOf(2));
    }

    /** An upgrade that breaks every seed, and has an option. */
    @Test
    void aFailureIsToldWithTheCommandThatRepeatsIt() throws InterruptedException, IOException {
        StreamUpgrade broken = new StreamUpgrade() {
            @Override
            public void apply(TcpSocket socket, PeerPlan plan, RandomGenerator random, long nowNs) {
                throw new IllegalStateException("broken");
            }

            @Override
            public String option() {
                return "--broken";
            }
        };
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(told, true, StandardCharsets.UTF_8);
        assertFalse(Seeds.run(7, 1, 1, null, out, broken, true));
        assertFalse(Seeds.run(8, 1, 1, null, out, broken, false));
        String text = told.toString(StandardCharsets.UTF_8);
        for (String command : List.of(
                "bin/sluice seeds 7 --mix --broken --capture seed-7.pcapng",
                "bin/sluice seeds 8 --broken --capture seed-8.pcapng")) {
            assertTrue(text.contains(command), text);
        }
    }

    private static String hashOf(int threads) throws InterruptedException, IOException {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        run(1000, 10, threads, told);
        String text = told.toString(StandardCharsets.UTF_8);
        return text.substring(text.indexOf("hash"), text.indexOf('\n'));
    }

    private static boolean run(long first, int count, int threads, ByteArrayOutputStream told)
            throws InterruptedException, IOException {
        PrintStream out = new PrintStream(told, true, StandardCharsets.UTF_8);
        return Seeds.run(first, count, threads, null, out);
    }
}
