package io.sluice.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.Provider;
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
