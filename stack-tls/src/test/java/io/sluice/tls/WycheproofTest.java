package io.sluice.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;

/**
 * Project Wycheproof's AEAD tests with keys and nonces as TLS has them: 133 of 316 of AES-GCM, 316 of 325 of ChaCha20;
 * and its 518 of X25519, by the library that does handshakes.
 */
class WycheproofTest {
    /** RFC 8410 §7, §4: what is before the octets of a key. */
    private static final String PRIVATE_KEY = "302e020100300506032b656e04220420";

    private static final String PUBLIC_KEY = "302a300506032b656e032100";

    @Test
    void the133AesGcmTestsWithKeysAndNoncesOfTls() {
        assertEquals(133, run("wycheproof-aes-gcm.txt", true));
    }

    @Test
    void the316ChaCha20Poly1305TestsWithKeysAndNoncesOfTls() {
        assertEquals(316, run("wycheproof-chacha20-poly1305.txt", false));
    }

    /** RFC 8446 §7.4.2: a shared secret of zeros MUST be refused, every other must be right. */
    @Test
    void all518X25519Tests() throws GeneralSecurityException {
        BouncyCastleProvider castle = new BouncyCastleProvider();
        KeyFactory keys = KeyFactory.getInstance("X25519", castle);
        int tests = 0;
        int zeros = 0;
        for (String[] v : Vectors.of("wycheproof-x25519.txt")) {
            KeyAgreement agreement = KeyAgreement.getInstance("X25519", castle);
            agreement.init(keys.generatePrivate(new PKCS8EncodedKeySpec(Vectors.hex(PRIVATE_KEY + v[1]))));
            PublicKey peer = keys.generatePublic(new X509EncodedKeySpec(Vectors.hex(PUBLIC_KEY + v[2])));
            if (v[3].equals("zero")) {
                assertThrows(IllegalStateException.class, () -> {
                    agreement.doPhase(peer, true);
                    agreement.generateSecret();
                });
                zeros++;
            } else {
                agreement.doPhase(peer, true);
                assertEquals(v[3], Vectors.hex(agreement.generateSecret(), 32), v[0]);
            }
            tests++;
        }
        assertEquals(518, tests);
        assertEquals(31, zeros);
    }

    private static int run(String file, boolean gcm) {
        int tests = 0;
        int invalid = 0;
        for (String[] v : Vectors.of(file)) {
            byte[] key = Vectors.hex(v[2]);
            Aead aead = !gcm ? Aead.CHACHA20_POLY1305 : key.length == 16 ? Aead.AES_128_GCM : Aead.AES_256_GCM;
            byte[] nonce = Vectors.hex(v[3]);
            byte[] aad = Vectors.hex(v[4]);
            byte[] plain = Vectors.hex(v[5]);
            byte[] sealed = Vectors.hex(v[6].equals("-") ? v[7] : v[6] + v[7]);
            byte[] out = new byte[sealed.length];
            String what = file + " " + v[0];
            int n = new AeadCipher(CipherSource.standard(), aead, key)
                    .open(nonce, aad, sealed, 0, sealed.length, out, 0);
            if (v[1].equals("valid")) {
                assertEquals(plain.length, n, what);
                assertTrue(Arrays.equals(plain, 0, n, out, 0, n), what);
                AeadCipher sealer = new AeadCipher(CipherSource.standard(), aead, key);
                assertEquals(sealed.length, sealer.seal(nonce, aad, plain, 0, plain.length, out, 0), what);
                assertTrue(Arrays.equals(sealed, out), what);
            } else {
                assertEquals(AeadCipher.NOT_AUTHENTIC, n, what);
                invalid++;
            }
            tests++;
        }
        assertTrue(invalid > 50, "only " + invalid);
        return tests;
    }
}
