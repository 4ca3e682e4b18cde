package io.sluice.packetdrill.differential;

import io.sluice.packetdrill.language.Action;
import io.sluice.packetdrill.language.Definitions;
import io.sluice.packetdrill.language.Event;
import io.sluice.packetdrill.language.Script;
import io.sluice.packetdrill.language.ScriptParser;
import io.sluice.packetdrill.language.ScriptSource;
import io.sluice.packetdrill.language.ScriptSyntaxException;
import io.sluice.packetdrill.run.RunFailure;
import io.sluice.packetdrill.run.StepRecorder;
import java.util.ArrayList;
import java.util.List;

/**
 * What came of the steps of a script.
 *
 * @param effects for each step, a line for each thing that happened
 */
record Transcript(List<List<String>> effects) {
    Transcript {
        effects = List.copyOf(effects);
    }

    /** Does the steps, one after the other. */
    static Transcript of(List<Step> steps, StepRecorder recorder) throws RunFailure {
        List<List<String>> effects = new ArrayList<>();
        for (Step step : steps) {
            effects.add(perform(step, recorder));
        }
        return new Transcript(effects);
    }

    /** Does one step. */
    static List<String> perform(Step step, StepRecorder recorder) throws RunFailure {
        List<String> effects = new ArrayList<>();
        for (int i = 0; i < step.lines().size(); i++) {
            boolean last = i == step.lines().size() - 1;
            effects.addAll(recorder.perform(action(step.lines().get(i)), last ? step.waitNs() : 0));
        }
        return effects;
    }

    private static Action action(String line) {
        try {
            Script script = ScriptParser.parse(new ScriptSource("step", "+0 " + line + "\n"), Definitions.none());
            return ((Event) script.statements().get(0)).action();
        } catch (ScriptSyntaxException e) {
            throw new IllegalStateException("no step of a script: " + line, e);
        }
    }

    /** The first step that {@code other} tells something else of; -1 if there is none. */
    int firstDifference(Transcript other) {
        for (int i = 0; i < Math.min(effects.size(), other.effects.size()); i++) {
            if (!effects.get(i).equals(other.effects.get(i))) {
                return i;
            }
        }
        return effects.size() == other.effects.size() ? -1 : Math.min(effects.size(), other.effects.size());
    }

    /** The transcript of the first {@code steps} steps. */
    Transcript first(int steps) {
        return new Transcript(effects.subList(0, Math.min(steps, effects.size())));
    }
}
