package io.sluice.sim.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The quick ones of the published figures agree in every build; the page says which do not. */
class ValidationTest {
    private static final Set<String> QUICK = Set.of("Exact models", "Loss detection");

    @Test
    void exactModelsLossDetectionAndWhatIsComputedAgree() throws InterruptedException {
        List<String> told = new ArrayList<>();
        List<Outcome> outcomes = Validation.run(
                c -> QUICK.contains(c.group()) || c.what().contains("computed"),
                1,
                o -> told.add(o.check().what()));
        assertEquals(outcomes.size(), told.size());
        assertTrue(outcomes.size() >= 22, () -> "" + outcomes.size());
        for (Outcome o : outcomes) {
            assertTrue(o.agrees(), o::toString);
        }
    }

    @Test
    void whatCannotBeMeasuredIsNoFigure() {
        Check fine = Check.within("g", "fine", "s", 10, 0.1, "x", seed -> 10);
        Check broken = Check.within("g", "broken", "s", 10, 0.1, "x", seed -> {
            throw new IllegalArgumentException("broken");
        });
        IllegalStateException e = assertThrows(
                IllegalStateException.class, () -> Validation.run(List.of(fine, broken, fine), 2, o -> {}));
        assertEquals(
                IllegalArgumentException.class,
                Objects.requireNonNull(e.getCause()).getClass());
    }

    @Test
    void whatIsOffIsSaidToBe() {
        Check right = Check.within("g", "right", "s", 10, 0.1, "x", seed -> 10.5);
        Check wrong = Check.atMost("g", "wrong", "s", 10, "x", seed -> 10 + seed)
                .seeds(3)
                .because("it is what it is");
        Outcome off = Validation.run(wrong);
        assertTrue(Validation.run(right).agrees());
        assertFalse(off.agrees());
        assertEquals(12, off.median());
        assertEquals(0.2, off.outsideBy(), 1e-9);
        String page = Validation.page(List.of(Validation.run(right), off), "cmd");
        assertTrue(page.contains("1 of 2 figures agree"), page);
        assertTrue(page.contains("**off by 20 %**"), page);
        Outcome hardly = Validation.run(Check.atMost("g", "hardly", "s", 1000, "x", seed -> 1001));
        String other = Validation.page(List.of(hardly), "cmd");
        assertTrue(other.contains("**off by 0.1 %**"), other);
        assertTrue(page.contains("- wrong: it is what it is."), page);
    }
}
