package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.Definitions;
import io.sluice.packetdrill.language.Script;
import io.sluice.packetdrill.language.Statement;
import io.sluice.sim.PcapNg;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs scripts. Stateless: one runner may run any number of them, also at the same time. */
public final class ScriptRunner {
    private final RunConfig config;
    private final Definitions definitions;
    private final Function<RunConfig, BackEnd> backEnds;
    private final @Nullable PcapNg capture;
    private final List<Statement.Option> overrides;

    /**
     * @param config what holds where a script says nothing
     * @param definitions what {@code #ifdef} finds defined, besides the personality's own
     * @param backEnds makes what a script is run against, one for each run
     */
    public ScriptRunner(RunConfig config, Definitions definitions, Function<RunConfig, BackEnd> backEnds) {
        this(config, definitions, backEnds, null, List.of());
    }

    private ScriptRunner(
            RunConfig config,
            Definitions definitions,
            Function<RunConfig, BackEnd> backEnds,
            @Nullable PcapNg capture,
            List<Statement.Option> overrides) {
        this.config = config;
        this.definitions = definitions.with(config.personality().definition());
        this.backEnds = backEnds;
        this.capture = capture;
        this.overrides = overrides;
    }

    /** One that also writes every packet to {@code file}: an interface for each script, whose name is that of the script. */
    public ScriptRunner capturingTo(PcapNg file) {
        return new ScriptRunner(config, definitions, backEnds, file, overrides);
    }

    /**
     * One for which every script ends its header with these options, so that they win over its own, as those of the C tool's
     * command line do: {@code --tolerance_usecs=75000}.
     *
     * @throws IllegalArgumentException if one is not known, or has not the value that it needs
     */
    public ScriptRunner overriding(List<String> options) {
        List<Statement.Option> parsed =
                options.stream().map(ScriptOptions::parse).toList();
        try {
            ScriptOptions.apply(config, parsed);
        } catch (RunFailure e) {
            throw new IllegalArgumentException(e.problem(), e);
        }
        return new ScriptRunner(config, definitions, backEnds, capture, parsed);
    }

    /** Runs a script from its beginning to its end or its first failure. */
    public RunResult run(Script script) {
        Script.Selection selection = script.select(definitions::isDefined);
        String name = script.source().name();
        List<String> exchange = List.of();
        try {
            List<Statement.Option> options = new ArrayList<>(selection.options());
            options.addAll(overrides);
            RunConfig own = ScriptOptions.apply(config, options);
            try (BackEnd backEnd = open(own, name)) {
                ScriptRun run = new ScriptRun(own, backEnd);
                exchange = run.exchange();
                run(run, selection, own, backEnd);
            }
        } catch (RunFailure failure) {
            String message = script.source().pointAt(failure.position(), failure.problem());
            return new RunResult(name, failure.position(), Optional.of(message), exchange);
        }
        return new RunResult(name, null, Optional.empty(), exchange);
    }

    /** A failure says so if the machine was so late that this may be why. */
    private static void run(ScriptRun run, Script.Selection selection, RunConfig own, BackEnd backEnd)
            throws RunFailure {
        try {
            run.run(selection);
        } catch (RunFailure failure) {
            if (backEnd.latestNs() <= own.toleranceNs()) {
                throw failure;
            }
            throw new RunFailure(
                    failure.position(),
                    failure.problem() + "\n    note: this machine was up to " + ScriptRun.seconds(backEnd.latestNs())
                            + " s late in this run");
        }
    }

    private BackEnd open(RunConfig own, String name) {
        BackEnd backEnd = backEnds.apply(own);
        return capture == null ? backEnd : new CapturedBackEnd(backEnd, name, capture);
    }
}
