package io.sluice.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Records of other implementations, byte for byte, in both directions: RFC 8448, and a set for what it lacks. */
class RecordVectorsTest {
    private static final CipherSource CIPHERS = CipherSource.standard();

    private final byte[] in = new byte[RecordOpener.MAX_RECORD_BYTES];
    private final byte[] out = new byte[RecordOpener.MAX_RECORD_BYTES];

    @Test
    void all27ProtectedRecordsOfRfc8448() {
        int records = 0;
        for (String[] v : Vectors.of("rfc8448-records.txt")) {
            byte[] inner = Vectors.hex(v[4]); // ends with the type
            byte[] content = Arrays.copyOf(inner, inner.length - 1);
            int type = inner[inner.length - 1];
            TrafficKeys keys = TrafficKeys.ofKey(
                    CipherSuite.TLS_AES_128_GCM_SHA256, Vectors.hex(v[1]), Vectors.hex(v[2]), Long.parseLong(v[3]));
            check(v[0], keys, type, content, 0, v[5], "-");
            records++;
        }
        assertEquals(27, records);
    }

    @Test
    void the2AeadExamplesOfRfc8439() {
        int examples = 0;
        for (String[] v : Vectors.of("rfc8439.txt")) {
            byte[] plain = Vectors.hex(v[4]);
            byte[] sealed = Vectors.hex(v[5] + v[6]);
            int length = new AeadCipher(CIPHERS, Aead.CHACHA20_POLY1305, Vectors.hex(v[1]))
                    .seal(Vectors.hex(v[2]), Vectors.hex(v[3]), plain, 0, plain.length, out, 0);
            assertArrayEquals(sealed, Arrays.copyOf(out, length), v[0]);
            int n = new AeadCipher(CIPHERS, Aead.CHACHA20_POLY1305, Vectors.hex(v[1]))
                    .open(Vectors.hex(v[2]), Vectors.hex(v[3]), sealed, 0, sealed.length, in, 0);
            assertArrayEquals(plain, Arrays.copyOf(in, n), v[0]);
            examples++;
        }
        assertEquals(2, examples);
    }

    @Test
    void all30GeneratedRecords() {
        int records = 0;
        for (String[] v : Vectors.of("records.txt")) {
            byte[] content =
                    v[8].startsWith("zeros:") ? new byte[Integer.parseInt(v[8].substring(6))] : Vectors.hex(v[8]);
            long sequence = Long.parseLong(v[5]);
            TrafficKeys keys = TrafficKeys.ofKey(suite(v[0], v[1]), Vectors.hex(v[2]), Vectors.hex(v[3]), sequence);
            int type = Integer.parseInt(v[6]);
            String what = String.join(" ", v[0], v[1], v[5]);
            if (v[4].equals("-")) {
                check(what, keys, type, content, Integer.parseInt(v[7]), v[9], v[10]);
            } else { // a nonce that this side would not choose: only to be read
                open(what, keys, type, content, Vectors.hex(v[9]));
            }
            records++;
        }
        assertEquals(30, records);
    }

    private static CipherSuite suite(String version, String aead) {
        for (CipherSuite s : CipherSuite.values()) {
            boolean same = s.aead().name().replace("_", "").equals(aead.replace("_", ""));
            if (same && s.version() == (version.equals("1.3") ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2)) {
                return s;
            }
        }
        throw new AssertionError(version + " " + aead);
    }

    private void check(
            String what, TrafficKeys keys, int type, byte[] content, int padding, String record, String sha256) {
        RecordSealer sealer = new RecordSealer(keys, CIPHERS);
        System.arraycopy(content, 0, in, 0, content.length);
        int length = sealer.seal(type, in, 0, content.length, padding, out, 0);
        assertEquals(sealer.overheadBytes() + content.length + padding, length, what);
        if (record.equals("-")) {
            assertEquals(sha256, Vectors.sha256(out, length), what);
        } else {
            assertEquals(record, Vectors.hex(out, length), what);
        }
        open(what, keys, type, content, Arrays.copyOf(out, length));
    }

    private void open(String what, TrafficKeys keys, int type, byte[] content, byte[] record) {
        RecordOpener opener = new RecordOpener(keys, CIPHERS);
        assertEquals(record.length, opener.lengthOf(record, 0), what);
        int n = opener.open(record, 0, record.length, in, 0);
        assertEquals(content.length, n, what);
        assertEquals(type, opener.type(), what);
        assertArrayEquals(content, Arrays.copyOf(in, n), what);
        assertEquals(keys.sequence() + 1, opener.sequence(), what);
    }
}
