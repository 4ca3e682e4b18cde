package io.sluice.netty;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How late Linux may wake a thread to save power: 50 µs unless it is told otherwise, which pacing feels. */
final class TimerSlack {
    private static final Logger LOG = LoggerFactory.getLogger(TimerSlack.class);

    private TimerSlack() {}

    /** Sets it for the current thread to the least there is: what {@code prctl(PR_SET_TIMERSLACK, 1)} does. */
    static void tighten() {
        try {
            Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
            Files.writeString(Path.of("/proc", thread.toString(), "timerslack_ns"), "1");
        } catch (IOException e) {
            LOG.debug("timers of this thread keep their slack: {}", e.toString());
        }
    }
}
