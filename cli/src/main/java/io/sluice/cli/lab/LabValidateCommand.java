package io.sluice.cli.lab;

import io.sluice.sim.validation.Check;
import io.sluice.sim.validation.Outcome;
import io.sluice.sim.validation.Validation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice lab validate}: published figures, measured again. */
@Command(
        name = "validate",
        description = {
            "Measure published figures of congestion control and loss recovery again, and compare.",
            "The status is 0 if at least nine of ten agree. All of them take some minutes."
        },
        mixinStandardHelpOptions = true)
final class LabValidateCommand implements Callable<Integer> {
    private static final double ENOUGH = 0.9;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "WORD",
            description = "Only what has one of these words in its group or description.")
    private List<String> words = List.of();

    @Option(names = "--threads", description = "How many at a time (${DEFAULT-VALUE}).", defaultValue = "1")
    private int threads;

    @Option(names = "--page", description = "Write the page about it to this file.")
    private @Nullable Path page;

    @Override
    public Integer call() throws InterruptedException, IOException {
        PrintWriter out = spec.commandLine().getOut();
        List<Outcome> outcomes = Validation.run(this::isChosen, threads, o -> print(o, out));
        long agree = outcomes.stream().filter(Outcome::agrees).count();
        out.println(agree + " of " + outcomes.size() + " figures agree.");
        if (page != null) {
            Files.writeString(page, Validation.page(outcomes, "bin/sluice lab validate --page docs/validation.md"));
        }
        out.flush();
        return agree >= ENOUGH * outcomes.size() ? 0 : 1;
    }

    private boolean isChosen(Check check) {
        String text = (check.group() + " " + check.what()).toLowerCase(Locale.ROOT);
        return words.isEmpty() || words.stream().anyMatch(w -> text.contains(w.toLowerCase(Locale.ROOT)));
    }

    private static void print(Outcome o, PrintWriter out) {
        Check c = o.check();
        out.printf(
                "%-4s %-14s %-72s %10s %s (%s)%n",
                o.agrees() ? "ok" : "OFF", c.group(), c.what(), Validation.number(o.median()), c.unit(), c.published());
        out.flush();
    }
}
