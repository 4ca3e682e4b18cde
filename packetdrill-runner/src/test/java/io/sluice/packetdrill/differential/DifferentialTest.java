package io.sluice.packetdrill.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.packetdrill.run.Mode;
import io.sluice.packetdrill.run.StepRecorder;
import io.sluice.packetdrill.tun.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random scripts against the stack and the kernel; the command {@code sluice differential} runs more of them. */
class DifferentialTest {
    private static final int SCRIPTS = 60;
    private static final int WORKERS = 4;

    @Tag("netns")
    @Tag("once")
    @ParameterizedTest
    @EnumSource(names = {"IPV4", "IPV6"})
    void theStackDoesWhatTheKernelDoesButForWhatIsKnown(Mode mode) throws InterruptedException, IOException {
        Namespaces.needed(DifferentialTest.class);
        agrees(new Differential(20, SCRIPTS, mode, Topic.EVERYTHING));
    }

    @Test
    @Tag("netns")
    @Tag("once")
    void soItDoesWhereAcknowledgmentsMayWait() throws InterruptedException, IOException {
        Namespaces.needed(DifferentialTest.class);
        agrees(new Differential(21, SCRIPTS, Mode.IPV4, Topic.WAITING_ACKS));
    }

    private static void agrees(Differential differential) throws InterruptedException {
        differential.run(WORKERS);
        assertEquals(List.of(), differential.failures());
        assertEquals(differential.count(), differential.compared());
        assertEquals(Map.of(), differential.findings());
        assertTrue(differential.unsteady().size() < SCRIPTS / 5, "unsteady: " + differential.unsteady());
    }

    /** Whoever adds, drops or rewords a deviation pastes what this says is expected into the page. */
    @Test
    void thePageListsTheDeviations() throws IOException {
        Path page = Path.of("../docs/differential.md");
        List<String> lines = Files.readAllLines(page).stream()
                .filter(line -> line.matches("\\| [A-Z][A-Z_]+ \\|.*"))
                .toList();
        assertEquals(String.join("\n", Deviation.table()), String.join("\n", lines));
    }

    @Test
    @Tag("netns")
    @Tag("once")
    void everyStateAnswersEverySegmentAsTheKernelDoesButForWhatIsKnown() throws InterruptedException {
        Differential differential = Differential.ofStates(7);
        differential.run(WORKERS);
        assertEquals(List.of(), differential.failures());
        assertEquals(differential.count(), differential.compared());
        assertEquals(Map.of(), differential.findings());
        assertTrue(differential.count() > 600, "only " + differential.count());
        assertTrue(differential.unsteady().size() < differential.count() / 5, "unsteady: " + differential.unsteady());
    }

    /** The shrinker and the reports rest on it: what a script leads to depends on nothing else. */
    @Property(tries = 200)
    void aScriptLeadsToTheSameInTheStackEveryTime(@ForAll @LongRange(min = 0) long seed, @ForAll boolean losses)
            throws Exception {
        Setting setting = new Setting(Mode.IPV4, losses ? Topic.LOSS_RECOVERY : Topic.EVERYTHING);
        Dice dice = new Dice(new SplittableRandom(seed));
        Trial trial;
        try (StepRecorder recorder = Subjects.newStack(setting)) {
            trial = new Trial(recorder);
            if (losses) {
                new LossyExchange(dice, trial).run(30);
            } else {
                new ScriptGenerator(dice, recorder, trial, Mode.IPV4).run(20);
            }
        }
        try (StepRecorder recorder = Subjects.newStack(setting)) {
            assertEquals(trial.transcript(), Transcript.of(trial.steps(), recorder));
        }
    }

    /** Else nothing would be compared that the topic is about. */
    @Test
    void exchangesLoseAndRecover() throws Exception {
        Set<String> states = new TreeSet<>();
        for (long seed = 0; seed < 50; seed++) {
            try (StepRecorder recorder = Subjects.newStack(new Setting(Mode.IPV4, Topic.LOSS_RECOVERY))) {
                Trial trial = new Trial(recorder);
                new LossyExchange(new Dice(new SplittableRandom(seed)), trial).run(30);
                trial.transcript().effects().forEach(effects -> effects.stream()
                        .filter(effect -> effect.startsWith("tcpi_ca_state"))
                        .forEach(states::add));
            }
        }
        // Open, Disorder, Recovery, Loss
        assertEquals(Set.of("tcpi_ca_state 0", "tcpi_ca_state 1", "tcpi_ca_state 3", "tcpi_ca_state 4"), states);
    }
}
