package io.sluice.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The code in the documents is the code that is compiled, and it does what they say. */
final class EmbedTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern QUOTED =
            Pattern.compile("<!-- the same as in (\\S+) -->\\R```java\\R(.*?)```", Pattern.DOTALL);

    @Test
    void documentsQuoteWhatIsCompiled() throws IOException {
        List<String> quoted = new ArrayList<>();
        for (String document : List.of("docs/embedding.md", "docs/packetdrill-first-script.md")) {
            Matcher quotes = QUOTED.matcher(Files.readString(ROOT.resolve(document)));
            while (quotes.find()) {
                String source = Files.readString(ROOT.resolve(quotes.group(1)));
                assertTrue(
                        source.contains(quotes.group(2)), () -> document + " quotes what is not in " + quotes.group(1));
                quoted.add(quotes.group(1));
            }
        }
        assertEquals(
                List.of(
                        "examples/src/main/java/io/sluice/examples/Embed.java",
                        "examples/src/test/java/io/sluice/examples/PacketdrillTest.java"),
                quoted);
    }

    @Test
    @Tag("netns")
    void curlGetsItsAnswerAndAnInterruptEndsTheServer() throws Exception {
        Optional<String> reason = NetworkNamespace.unavailable();
        if (reason.isPresent()) {
            System.err.println("NOT RUN: " + reason.get());
            Assumptions.abort(reason.get());
        }
        Future<?> server;
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            server = namespace.submit(() -> {
                Embed.main(new String[0]);
                return true;
            });
            String answer = namespace.exec(
                    "curl", "-sS", "--retry", "60", "--retry-all-errors", "--retry-delay", "1", "http://10.77.0.2/");
            assertTrue(answer.matches("(?s).*Hello /10\\.77\\.0\\.1:\\d+\n"), answer);
            assertFalse(server.isDone());
        }
        ExecutionException end = assertThrows(ExecutionException.class, server::get);
        assertInstanceOf(InterruptedException.class, end.getCause());
    }
}
