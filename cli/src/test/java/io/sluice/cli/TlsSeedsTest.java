package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.sim.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The seeds of every build with TLS on every connection; {@code bin/sluice seeds --tls} runs more. */
final class TlsSeedsTest {
    private static final int COUNT = 300;

    /** After an outage one end gives up, at R2; the other, which only reads, has to hear of it by keepalive. */
    @Test
    void aPeerThatHasGivenUpIsFoundOut() throws InterruptedException, IOException {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(told, true, StandardCharsets.UTF_8);
        assertTrue(
                Seeds.run(921_279, 1, 1, null, out, new TlsSeeds(), false),
                () -> told.toString(StandardCharsets.UTF_8));
    }

    @Test
    void everyStreamIsIntactAndNothingIsLeft() throws InterruptedException, IOException {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(told, true, StandardCharsets.UTF_8);
        boolean passed = Seeds.run(1, COUNT, 2, null, out, new TlsSeeds(), false);
        assertTrue(passed, () -> told.toString(StandardCharsets.UTF_8));
    }
}
