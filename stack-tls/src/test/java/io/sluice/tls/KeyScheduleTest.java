package io.sluice.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Keys from secrets: every HKDF step of RFC 8448, Wycheproof's HKDF, key updates, the key block of TLS 1.2. */
class KeyScheduleTest {
    @Test
    void everyHkdfStepOfRfc8448() {
        int extracts = 0;
        int expands = 0;
        for (String[] v : Vectors.of("rfc8448-hkdf.txt")) {
            byte[] expected = Vectors.hex(v[3]);
            if (v[0].equals("extract")) {
                extracts++;
                assertArrayEquals(expected, KeySchedule.extract("HmacSHA256", Vectors.hex(v[1]), Vectors.hex(v[2])));
            } else {
                expands++;
                assertArrayEquals(
                        expected,
                        KeySchedule.expand("HmacSHA256", Vectors.hex(v[1]), Vectors.hex(v[2]), expected.length));
            }
        }
        assertEquals(15, extracts);
        assertEquals(101, expands);
    }

    @Test
    void all169HkdfTestsOfWycheproof() {
        int tests = 0;
        for (String[] v : Vectors.of("wycheproof-hkdf.txt")) {
            String hmac = "HmacSHA" + v[0].substring(3);
            byte[] prk = KeySchedule.extract(hmac, Vectors.hex(v[4]), Vectors.hex(v[3]));
            int size = Integer.parseInt(v[6]);
            if (v[2].equals("invalid")) {
                assertThrows(
                        IllegalArgumentException.class, () -> KeySchedule.expand(hmac, prk, Vectors.hex(v[5]), size));
            } else {
                byte[] okm = KeySchedule.expand(hmac, prk, Vectors.hex(v[5]), size);
                String found =
                        v[7].startsWith("sha256:") ? "sha256:" + Vectors.sha256(okm, size) : Vectors.hex(okm, size);
                assertEquals(v[7], size == 0 ? "-" : found, v[0] + " " + v[1]);
            }
            tests++;
        }
        assertEquals(169, tests);
    }

    @Test
    void trafficKeysAndTheirUpdates() {
        String[][] cases = {
            {
                "TLS_AES_128_GCM_SHA256",
                "9c9783cf77ea32d44f369da41f19f3cc",
                "2f41c846a431a163814bcd71",
                "05cdc7251fb9f925889f80ebc1fd385f",
                "4ef68fed17d39b5f23bb4b30"
            },
            {
                "TLS_AES_256_GCM_SHA384",
                "6877d022f1c61d24ebb7487c16752d9a4798e40431c75b39320e537c90e23225",
                "42822531a0fe88648fc09e9f",
                "eb354f3b48924ed78de34dd8aa6a6a0a51d857ddad1454d5cfa7b69f60712911",
                "8478ffbe4f2e5450789775b3"
            },
            {
                "TLS_CHACHA20_POLY1305_SHA256",
                "2ffbc449e87844051c7768f61ffd8ad070830f01ec2c520ef65f08e8296dffa0",
                "2f41c846a431a163814bcd71",
                "c690ede9a7525f64b759094f3bda2da3b5b52e50cffacd89a37bdf85affdd091",
                "4ef68fed17d39b5f23bb4b30"
            },
        };
        for (String[] c : cases) {
            CipherSuite suite = CipherSuite.valueOf(c[0]);
            byte[] secret = new byte[suite.hashBytes()];
            for (int i = 0; i < secret.length; i++) {
                secret[i] = (byte) i;
            }
            TrafficKeys keys = TrafficKeys.ofSecret(suite, secret, 9);
            assertKeys(c[1], c[2], keys);
            TrafficKeys next = keys.next();
            assertKeys(c[3], c[4], next);
            assertEquals(0, next.sequence());
        }
    }

    private static void assertKeys(String key, String iv, TrafficKeys keys) {
        assertEquals(key, HexFormat.of().formatHex(keys.key()));
        assertEquals(iv, HexFormat.of().formatHex(keys.iv()));
    }
}
