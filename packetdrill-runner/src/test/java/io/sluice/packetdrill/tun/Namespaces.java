package io.sluice.packetdrill.tun;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.util.Optional;

/** For tests that make network namespaces: root runs them, and they fail where that is not possible; others are told aloud. */
public final class Namespaces {
    private Namespaces() {}

    /** Skips the tests of {@code who}, aloud, where there can be no namespace. */
    public static void needed(Class<?> who) throws IOException {
        Optional<String> missing = NetworkNamespace.unavailable();
        missing.ifPresent(reason -> System.err.println("NOT RUN: " + who.getSimpleName() + ". " + reason));
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    }
}
