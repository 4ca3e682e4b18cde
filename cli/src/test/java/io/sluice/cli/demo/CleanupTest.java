package io.sluice.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Everything is undone once, in reverse order, whatever fails. */
final class CleanupTest {
    private final Cleanup cleanup = new Cleanup();
    private final List<String> undone = new ArrayList<>();

    @Test
    void undoesInReverseOrderAndOnce() throws IOException {
        cleanup.add("namespace", () -> undone.add("namespace"));
        cleanup.add("", () -> undone.add("quietly"));
        cleanup.add("device", () -> undone.add("device"));
        assertEquals(List.of("device", "namespace"), cleanup.run());
        assertEquals(List.of("device", "quietly", "namespace"), undone);
        assertEquals(List.of(), cleanup.run());
    }

    @Test
    void goesOnAfterAFailureAndSaysSo() throws IOException {
        cleanup.add("namespace", () -> undone.add("namespace"));
        cleanup.add("device", () -> {
            throw new IOException("busy");
        });
        assertEquals(List.of("NOT device (busy)", "namespace"), cleanup.run());
        assertEquals(List.of("namespace"), undone);
    }

    /** Ctrl-C while things are still being made. */
    @Test
    void whatComesTooLateIsUndoneAtOnce() {
        cleanup.run();
        assertThrows(IOException.class, () -> cleanup.add("device", () -> undone.add("device")));
        assertEquals(List.of("device"), undone);
    }
}
