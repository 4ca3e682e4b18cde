package io.sluice.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.sim.chart.Series;
import io.sluice.sim.lab.LabResult;
import io.sluice.sim.lab.LabRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of a live swap: the stream is intact, every swap is in the pictures, and makes the difference it should. */
final class LiveSwapTest {
    /** {@code LabRun} compares every octet. */
    @Test
    void bbrTakesOverInTheMiddleOfATransfer() {
        LabResult result = LabRun.run(LiveSwap.scenario(9), share -> {});
        assertEquals(
                "default, rack from 3.0 s, bbr from 6.0 s",
                result.flows().get(0).stack());
        Series rate = result.series(LabRun.RATES, "transfer");
        assertTrue(rate.mean(7, 9) > 3 * rate.mean(4, 6), () -> rate.mean(4, 6) + " " + rate.mean(7, 9));
    }

    @Test
    void theSwapsAreInThePictures(@TempDir Path folder) throws IOException {
        String page = Files.readString(LiveSwap.simulate(3, folder));
        for (String text : List.of(
                ">transfer: rack<",
                ">transfer: bbr<",
                "Time-sequence of transfer, around 1.0 s",
                "Time-sequence of transfer, around 2.0 s")) {
            assertTrue(page.contains(text), text);
        }
    }

    @Test
    @Tag("netns")
    void aConnectionToTheKernelChangesItsStackTwice() throws Exception {
        SwapRecorder recorder = new SwapRecorder();
        LiveSwap.overTun(4, recorder);
        assertEquals(
                List.of("rack", "bbr"),
                recorder.swaps().stream().map(SwapRecorder.Swap::stack).toList());
        assertEquals(List.of("default", "rack", "bbr"), recorder.stacks());
        double second = recorder.swaps().get(1).seconds();
        assertTrue(recorder.rate().mean(0, second) > 0, "it sent before");
        assertTrue(recorder.rate().mean(second, Double.MAX_VALUE) > 0, "and goes on");
        String page = recorder.page();
        assertTrue(page.contains(">rack<") && page.contains("Time-sequence when bbr takes over"), page);
    }
}
