package io.sluice.packetdrill.simulated;

import java.util.List;

/** A command of scripts that is accepted and does nothing, because what it changes does not exist here. */
enum InertCommand {
    RESTORE_SYSCTLS(
            "/tmp/sysctl_restore_${PPID}.sh",
            "",
            "puts sysctls back for the next script: here each run has a host of its own, and no script sees another's");

    private final String path;
    private final String arguments; // what they begin with
    private final String reason;

    InertCommand(String path, String arguments, String reason) {
        this.path = path;
        this.arguments = arguments;
        this.reason = reason;
    }

    /** The file name of the program. */
    String program() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** As scripts write it. */
    String text() {
        return (path + " " + arguments).strip();
    }

    /** Why nothing has to be done. */
    String reason() {
        return reason;
    }

    /** Whether {@code words}, a program and its arguments, are this command. */
    boolean matches(List<String> words) {
        String program = words.get(0).substring(words.get(0).lastIndexOf('/') + 1);
        String given = String.join(" ", words.subList(1, words.size()));
        return program.equals(program()) && (given + " ").startsWith(arguments.isEmpty() ? "" : arguments + " ");
    }

    /** Whether {@code words} are one of these commands. */
    static boolean contains(List<String> words) {
        for (InertCommand command : values()) {
            if (command.matches(words)) {
                return true;
            }
        }
        return false;
    }
}
