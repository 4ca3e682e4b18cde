package io.sluice.sim.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.sim.PipeConfig;
import org.junit.jupiter.api.Test;

/** What {@code STACK/CONGESTION_CONTROL} names is what runs, also where the stack has a congestion control of its own. */
final class LabStacksTest {
    /** Octets that arrive in three seconds of losses, which tell congestion controls apart. */
    private static double goodput(String stack) {
        PipeConfig wire = PipeConfig.builder()
                .rate(20_000_000)
                .delayNs(20_000_000)
                .loss(0.01)
                .build();
        LabScenario scenario = LabScenario.builder("one")
                .seed(1)
                .seconds(3)
                .hop(wire)
                .flow(LabStacks.flow("a", stack))
                .build();
        return LabRun.run(scenario.withoutSequences(), share -> {}).goodputBps();
    }

    @Test
    void theCongestionControlThatIsNamedRuns() {
        assertEquals(goodput("rack/cubic"), goodput("bbr/cubic"), "bbr finds losses as rack does");
        assertEquals(goodput("rack/bbr"), goodput("bbr"));
        assertNotEquals(goodput("bbr/newreno"), goodput("bbr"));
    }

    @Test
    void whatThereIsNotIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> LabStacks.flow("a", "no-such"));
        assertThrows(IllegalArgumentException.class, () -> LabStacks.flow("a", "bbr/no-such"));
    }
}
