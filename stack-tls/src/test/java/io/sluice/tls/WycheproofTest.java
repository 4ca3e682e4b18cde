package io.sluice.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Project Wycheproof's AEAD tests with keys and nonces as TLS has them: 133 of 316 of AES-GCM, 316 of 325 of ChaCha20. */
class WycheproofTest {
    @Test
    void the133AesGcmTestsWithKeysAndNoncesOfTls() {
        assertEquals(133, run("wycheproof-aes-gcm.txt", true));
    }

    @Test
    void the316ChaCha20Poly1305TestsWithKeysAndNoncesOfTls() {
        assertEquals(316, run("wycheproof-chacha20-poly1305.txt", false));
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
