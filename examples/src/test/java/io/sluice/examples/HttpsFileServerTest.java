package io.sluice.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.tun.namespace.NetworkNamespace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** curl and openssl get files from the example, over TLS that the stack does. */
@Tag("netns")
@Timeout(120)
final class HttpsFileServerTest {
    private static final String RETRY = "--retry-all-errors";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path directory;

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    @Test
    void curlAndOpensslGetFiles() throws Exception {
        Optional<String> reason = NetworkNamespace.unavailable();
        if (reason.isPresent()) {
            System.err.println("NOT RUN: " + reason.get());
            Assumptions.abort(reason.get());
        }
        byte[] content = new byte[3_000_000];
        new SplittableRandom(1).nextBytes(content);
        Files.createDirectory(directory.resolve("site"));
        Files.write(directory.resolve("site/file"), content);
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            makeCertificate(namespace);
            Future<?> server = namespace.submit(() -> {
                HttpsFileServer.main(new String[] {file("chain.pem"), file("key.pem"), file("site")});
                return true;
            });
            try {
                getFiles(namespace, content);
                refusesAndNegotiates(namespace);
                opensslGetsTheFile(namespace, content);
            } finally {
                server.cancel(true);
            }
        }
    }

    private void getFiles(NetworkNamespace namespace, byte[] content) throws Exception {
        String[] queries = {
            "", "?congestion=cubic", "?stack=rack", "?stack=bbr&read=direct", "?stack=default&congestion=newreno"
        };
        for (String query : queries) {
            namespace.exec(
                    "curl",
                    "-sSf",
                    "--retry",
                    "60",
                    RETRY,
                    "--retry-delay",
                    "1",
                    "--cacert",
                    file("chain.pem"),
                    "--connect-to",
                    "::10.77.0.2:443",
                    "-o",
                    file("got"),
                    "https://files.example/file" + query);
            assertTrue(Arrays.equals(content, Files.readAllBytes(directory.resolve("got"))), query);
        }
    }

    private void refusesAndNegotiates(NetworkNamespace namespace) throws Exception {
        assertEquals("404", status(namespace, "/nothing"));
        assertEquals("404", status(namespace, "/../chain.pem"));
        assertEquals("400", status(namespace, "/file?congestion=none-such"));
        assertEquals("400", status(namespace, "/file?stack=none-such"));
        String session = namespace.exec(
                "sh",
                "-c",
                "echo | openssl s_client -connect 10.77.0.2:443 -servername files.example -alpn http/1.1"
                        + " -verify_return_error -CAfile " + file("chain.pem") + " 2>&1");
        assertTrue(session.contains("TLSv1.3") && session.contains("ALPN protocol: http/1.1"), session);
    }

    /** RFC 9110 §9.3.1, by hand. */
    private void opensslGetsTheFile(NetworkNamespace namespace, byte[] content) throws Exception {
        namespace.exec(
                "sh",
                "-c",
                "printf 'GET /file?stack=rack HTTP/1.1\\r\\nHost: files.example\\r\\nConnection: close\\r\\n\\r\\n'"
                        + " | openssl s_client -quiet -connect 10.77.0.2:443 -servername files.example"
                        + " -verify_return_error -CAfile " + file("chain.pem") + " > " + file("answer")
                        + " 2> /dev/null");
        byte[] answer = Files.readAllBytes(directory.resolve("answer"));
        int head = answer.length - content.length;
        assertTrue(head > 0, answer.length + " octets");
        assertTrue(new String(answer, 0, head, StandardCharsets.US_ASCII).startsWith("HTTP/1.1 200 OK"));
        assertArrayEquals(content, Arrays.copyOfRange(answer, head, answer.length));
    }

    private void makeCertificate(NetworkNamespace namespace) throws Exception {
        namespace.exec(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-keyout",
                file("key.pem"),
                "-out",
                file("chain.pem"),
                "-days",
                "2",
                "-subj",
                "/CN=files.example",
                "-addext",
                "subjectAltName=DNS:files.example");
    }

    private String status(NetworkNamespace namespace, String path) throws Exception {
        return namespace.exec(
                "curl",
                "-sS",
                "--path-as-is",
                "--cacert",
                file("chain.pem"),
                "--connect-to",
                "::10.77.0.2:443",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}",
                "https://files.example" + path);
    }
}
