package io.sluice.benchmarks.tls;

import io.sluice.tls.Aead;
import io.sluice.tls.CipherSource;
import io.sluice.tls.CipherSuite;
import io.sluice.tls.RecordSealer;
import io.sluice.tls.TrafficKeys;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Locale;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Records of 16 KiB from array to array, sealed by the record layer and by the bare cipher of the same provider, in turns. */
final class RecordPath {
    private static final int CONTENT = RecordSealer.MAX_CONTENT_BYTES;
    private static final int WARM_UP_ROUNDS = 20;
    private static final long ROUND_NS = 50_000_000;
    private static final double LEAST_RATIO = 0.90;

    private final CipherSource source = CipherSource.fastest();
    private final byte[] content = new byte[CONTENT + 1];
    private final byte[] record = new byte[CONTENT + 64];
    private int serial;

    /** One row of the report for each cipher: medians of the rounds, and of the ratio of neighbours; then the aims. */
    String report(int rounds) throws GeneralSecurityException {
        StringBuilder table = new StringBuilder(
                """
                | cipher | provider | bare cipher, GB/s | record path, GB/s | ratio |
                |---|---|--:|--:|--:|
                """);
        StringBuilder aims = new StringBuilder();
        for (CipherSuite suite : new CipherSuite[] {
            CipherSuite.TLS_AES_128_GCM_SHA256,
            CipherSuite.TLS_AES_256_GCM_SHA384,
            CipherSuite.TLS_CHACHA20_POLY1305_SHA256
        }) {
            double[] bare = new double[rounds];
            double[] sealed = new double[rounds];
            double[] ratio = new double[rounds];
            RecordSealer sealer = new RecordSealer(TrafficKeys.ofSecret(suite, new byte[suite.hashBytes()], 0), source);
            Bare cipher = new Bare(suite.aead());
            for (int i = -WARM_UP_ROUNDS; i < rounds; i++) {
                double b = gigabytesPerSecond(cipher::seal);
                double s = gigabytesPerSecond(() -> sealer.seal(23, content, 0, CONTENT, 0, record, 0));
                if (i >= 0) {
                    bare[i] = b;
                    sealed[i] = s;
                    ratio[i] = s / b;
                }
            }
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.2f | %.2f | %.2f |%n",
                    suite.aead(),
                    source.provider(suite.aead()).getName(),
                    median(bare),
                    median(sealed),
                    median(ratio)));
            aims.append(new Aim(suite.aead() + " beside the bare cipher", median(ratio), LEAST_RATIO, false))
                    .append(System.lineSeparator());
        }
        return table + System.lineSeparator() + aims;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Something that is done over and over. */
    private interface Step {
        void run() throws GeneralSecurityException;
    }

    private static double gigabytesPerSecond(Step step) throws GeneralSecurityException {
        long start = System.nanoTime();
        long octets = 0;
        long elapsed;
        do {
            step.run();
            octets += CONTENT;
            elapsed = System.nanoTime() - start;
        } while (elapsed < ROUND_NS);
        return (double) octets / elapsed;
    }

    /** What a record costs at least. */
    private final class Bare {
        private final Aead aead;
        private final Cipher cipher;
        private final SecretKey key;
        private final byte[] nonce = new byte[Aead.NONCE_BYTES];
        private final byte[] aad = new byte[RecordSealer.HEADER_BYTES];

        Bare(Aead aead) throws GeneralSecurityException {
            this.aead = aead;
            cipher = Cipher.getInstance(aead.transformation(), source.provider(aead));
            key = new SecretKeySpec(new byte[aead.keyBytes()], aead == Aead.CHACHA20_POLY1305 ? "ChaCha20" : "AES");
        }

        void seal() throws GeneralSecurityException {
            serial++;
            for (int i = 0; i < Integer.BYTES; i++) {
                nonce[i] = (byte) (serial >>> (8 * i));
            }
            AlgorithmParameterSpec parameters = aead == Aead.CHACHA20_POLY1305
                    ? new IvParameterSpec(nonce)
                    : new GCMParameterSpec(8 * Aead.TAG_BYTES, nonce);
            cipher.init(Cipher.ENCRYPT_MODE, key, parameters);
            cipher.updateAAD(aad);
            if (cipher.doFinal(content, 0, CONTENT + 1, record, 0) != CONTENT + 1 + Aead.TAG_BYTES) {
                throw new IllegalStateException("not sealed");
            }
        }
    }
}
