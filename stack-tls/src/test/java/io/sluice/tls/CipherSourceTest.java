package io.sluice.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.Provider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;

/** Ciphers come from the fastest provider, or from the one that the user names. */
final class CipherSourceTest {
    @Test
    void oneMeasurementFindsAProviderForEachAlgorithm() {
        CipherSource fastest = CipherSource.fastest();
        for (Aead aead : Aead.values()) {
            assertEquals(fastest.provider(aead), fastest.cipher(aead).getProvider());
        }
        assertSame(fastest, CipherSource.fastest());
    }

    /** What it has found is logged: every provider's speed, then the fastest of them. */
    @Test
    void whatWasMeasuredIsTold() {
        List<String> told = new ArrayList<>();
        CipherSource source = CipherSource.measure(told::add);
        Pattern measured = Pattern.compile("(\\w+) from (.+): ([0-9.]+) GB/s");
        for (Aead aead : Aead.values()) {
            Map<String, Double> rates = new HashMap<>();
            for (String line : told) {
                Matcher m = measured.matcher(line);
                if (m.matches() && m.group(1).equals(aead.name())) {
                    rates.put(m.group(2), Double.valueOf(m.group(3)));
                }
            }
            double best = Collections.max(rates.values());
            assertEquals(best, rates.get(source.provider(aead).getName()), told::toString);
            assertTrue(told.contains(aead + ": " + source.provider(aead) + " is used"), told::toString);
        }
    }

    @Test
    void theUsersProviderIsTakenWhereItHasTheAlgorithm() {
        Provider castle = new BouncyCastleProvider();
        CipherSource ofUser = CipherSource.of(castle);
        assertSame(castle, ofUser.cipher(Aead.AES_128_GCM).getProvider());
        assertSame(castle, ofUser.cipher(Aead.AES_256_GCM).getProvider());
        Provider none = new Provider("None", "1", "has nothing") {
            private static final long serialVersionUID = 1;
        };
        CipherSource standard = CipherSource.standard();
        for (Aead aead : Aead.values()) {
            assertEquals(standard.provider(aead), CipherSource.of(none).provider(aead), "the JVM's own order");
        }
    }

    @Test
    void aHostKeepsToTheFirst() {
        try (TlsPair pair = new TlsPair(CipherSuite.TLS_AES_128_GCM_SHA256)) {
            assertSame(TlsPair.CIPHERS, TlsOffload.of(pair.a.stack()).ciphers());
            CipherSource other = CipherSource.of(new BouncyCastleProvider());
            assertThrows(IllegalStateException.class, () -> TlsOffload.install(pair.a.stack(), other));
        }
    }
}
