package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The seeds of every build; {@code bin/sluice seeds} runs more. */
final class SeedsTest {
    private static final int COUNT = 300;

    @Test
    void everyStreamIsIntactAndNothingIsLeft() throws InterruptedException, IOException {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        boolean passed = run(1, COUNT, 2, told);
        assertTrue(passed, () -> told.toString(StandardCharsets.UTF_8));
    }

    @Test
    void theNumberOfThreadsChangesNothing() throws InterruptedException, IOException {
        assertEquals(hashOf(1), hashOf(2));
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
