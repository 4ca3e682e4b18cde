package io.sluice.packetdrill.differential;

import io.sluice.packetdrill.run.RunFailure;
import io.sluice.packetdrill.run.StepRecorder;
import java.util.ArrayList;
import java.util.List;

/** A script that is made while it runs. */
final class Trial {
    private final StepRecorder recorder;
    private final List<Step> steps = new ArrayList<>();
    private final List<List<String>> effects = new ArrayList<>();

    Trial(StepRecorder recorder) {
        this.recorder = recorder;
    }

    /** Does one more step, and tells what came of it. */
    List<String> add(Step step) throws RunFailure {
        List<String> came = Transcript.perform(step, recorder);
        steps.add(step);
        effects.add(came);
        return came;
    }

    List<Step> steps() {
        return steps;
    }

    Transcript transcript() {
        return new Transcript(effects);
    }
}
