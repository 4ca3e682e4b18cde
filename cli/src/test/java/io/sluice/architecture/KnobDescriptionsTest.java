package io.sluice.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.tcp.Knob;
import io.sluice.tcp.KnobType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every knob is documented, what the command shows is what the source says, and a yes-or-no question is a switch. */
final class KnobDescriptionsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @Test
    void theResourceIsNotStale() throws IOException {
        String resource = Files.readString(ROOT.resolve(KnobDescriptions.TARGET));
        assertEquals(KnobDescriptions.of(ROOT), resource, "run build/knobs");
    }

    @Test
    void everyKnobIsDescribedAndTyped() throws IOException {
        List<String> lines = KnobDescriptions.of(ROOT).lines().toList();
        assertEquals(Knob.values().length, lines.size());
        List<Knob> knobs = List.of(Knob.values());
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Knob knob = knobs.get(i);
            String[] parts = lines.get(i).split("\t", -1);
            boolean question =
                    parts[1].startsWith("Whether ") && !parts[1].contains(" 2 ") && !parts[1].contains(": 1 ");
            if (!parts[0].equals(knob.name()) || (question && KnobType.of(knob) != KnobType.SWITCH)) {
                wrong.add(lines.get(i));
            }
        }
        assertEquals(List.of(), wrong);
    }
}
