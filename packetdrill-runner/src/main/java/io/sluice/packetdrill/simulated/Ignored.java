package io.sluice.packetdrill.simulated;

import io.sluice.packetdrill.command.Shell;
import io.sluice.packetdrill.language.Event;
import io.sluice.packetdrill.language.Script;
import io.sluice.packetdrill.language.ShellCommand;
import io.sluice.packetdrill.run.IgnoredOption;
import io.sluice.packetdrill.run.LinuxDefaults;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What scripts may say and the stack ignores: sysctls, commands and options, each with its reason. */
public final class Ignored {
    private static final String DEFAULTS = "defaults.sh";

    private Ignored() {}

    /**
     * One of them.
     *
     * @param name what scripts write
     * @param kind {@code meaningless}: nothing that it could change exists here; {@code fixed}: the stack does what the
     *     accepted values say anyway; {@code stack}: the stack that a run has decides it
     * @param reason why it is ignored
     */
    public record Entry(String name, String kind, String reason) {}

    /** All of them. */
    public static List<Entry> entries() {
        List<Entry> all = new ArrayList<>();
        for (IgnoredSysctl sysctl : IgnoredSysctl.values()) {
            if (!sysctl.isKnob()) {
                all.add(new Entry(sysctl.sysctlName(), sysctl.kind().toString(), sysctl.reason()));
            }
        }
        for (InertCommand command : InertCommand.values()) {
            all.add(new Entry(command.text(), "meaningless", command.reason()));
        }
        for (IgnoredOption option : IgnoredOption.values()) {
            all.add(new Entry(option.text(), "meaningless", option.reason()));
        }
        return all;
    }

    /** The names of those that a script uses; what {@code defaults.sh} sets counts as used by who runs it. */
    public static Set<String> usedBy(Script.Selection script) {
        Set<String> used = new LinkedHashSet<>();
        script.initCommands().forEach(command -> addCommand(command, used));
        for (Event event : script.events()) {
            if (event.action() instanceof ShellCommand command) {
                addCommand(command, used);
            }
        }
        script.cleanupCommands().forEach(command -> addCommand(command, used));
        script.options().forEach(option -> IgnoredOption.named(option.name()).ifPresent(o -> used.add(o.text())));
        return used;
    }

    private static void addCommand(ShellCommand command, Set<String> used) {
        for (List<String> words : Shell.words(command)) {
            for (InertCommand inert : InertCommand.values()) {
                if (inert.matches(words)) {
                    used.add(inert.text());
                }
            }
            if (words.get(0).endsWith(DEFAULTS)) {
                LinuxDefaults.values().keySet().forEach(name -> addSysctl(name, used));
            }
            for (String word : words) {
                int equals = word.indexOf('=');
                addSysctl(SysctlTool.dotted(word.substring(0, Math.max(equals, 0))), used);
            }
        }
    }

    private static void addSysctl(String name, Set<String> used) {
        IgnoredSysctl.named(name).filter(s -> !s.isKnob()).ifPresent(s -> used.add(s.sysctlName()));
    }
}
