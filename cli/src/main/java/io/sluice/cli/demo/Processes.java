package io.sluice.cli.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Processes that end with the demonstration, if not before. Thread-safe. */
final class Processes {
    private final Starter starter;
    private final List<Process> running = new ArrayList<>();
    private boolean stopped;

    /** Starts a process somewhere: in a namespace, say. */
    @FunctionalInterface
    interface Starter {
        Process start(ProcessBuilder command) throws IOException;
    }

    Processes(Starter starter) {
        this.starter = starter;
    }

    synchronized Process start(List<String> command) throws IOException {
        if (stopped) {
            throw new IOException("stopped by the user");
        }
        Process process = starter.start(new ProcessBuilder(command));
        running.removeIf(p -> !p.isAlive());
        running.add(process);
        return process;
    }

    synchronized void stop() {
        stopped = true;
        running.forEach(Process::destroyForcibly);
    }
}
