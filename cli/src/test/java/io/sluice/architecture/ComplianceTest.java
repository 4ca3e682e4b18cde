package io.sluice.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Every MUST has code and a test, or a reason why not; and docs/compliance.md says so. {@code build/compliance} makes it anew. */
final class ComplianceTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @Test
    void everyMustHasCodeAndATest() throws IOException {
        Compliance compliance = Compliance.of(ROOT);
        assertTrue(compliance.problems().isEmpty(), () -> String.join("\n", compliance.problems()));
    }

    @Test
    void thePageIsNotStale() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/compliance.md"));
        assertEquals(Compliance.of(ROOT).page(), page, "docs/compliance.md is stale: run build/compliance");
    }
}
