package io.sluice.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A record is sealed, and opened, without an allocation beside those of the cipher itself (JCA wants a parameter object). */
final class RecordAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int RECORDS = 1000;
    private static final int ROUNDS = 5;
    private static final int CONTENT = 1000;

    /** Less than the smallest object: what the measurement itself may cost. */
    private static final double NOTHING = 8;

    /** What is done with each record; the serial numbers go on. */
    private interface Step {
        int run(int serial);
    }

    /** The least of some rounds: the first ones load classes. */
    private static double octetsPerRecord(int expected, Step step) {
        double least = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            int wrong = 0;
            for (int i = 0; i < RECORDS; i++) {
                wrong += step.run(round * RECORDS + i) == expected ? 0 : 1;
            }
            least = Math.min(least, (double) (THREADS.getCurrentThreadAllocatedBytes() - before) / RECORDS);
            assertEquals(0, wrong);
        }
        return least;
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheCipherAllocates(CipherSuite suite) {
        TrafficKeys keys = TlsPair.keys(suite, 1);
        AeadCipher bare = new AeadCipher(TlsPair.CIPHERS, suite.aead(), keys.key());
        Nonce nonce = new Nonce(suite, keys.iv());
        byte[] aad = new byte[nonce.isTls13() ? RecordSealer.HEADER_BYTES : Nonce.TLS_12_AAD_BYTES];
        byte[] content = new byte[CONTENT + 1];
        int plain = nonce.isTls13() ? CONTENT + 1 : CONTENT;
        byte[] out = new byte[2 * CONTENT];
        double bareSealing = octetsPerRecord(plain + Aead.TAG_BYTES, serial -> {
            nonce.set(serial);
            return bare.seal(nonce.octets(), aad, content, 0, plain, out, 0);
        });

        byte[][] records = new byte[ROUNDS * RECORDS][];
        RecordSealer peer = new RecordSealer(TlsPair.keys(suite, 1), TlsPair.CIPHERS);
        for (int i = 0; i < records.length; i++) {
            records[i] = TlsPair.record(peer, ContentType.APPLICATION_DATA, new byte[CONTENT], 0);
        }
        int length = records[0].length;
        RecordSealer sealer = new RecordSealer(TlsPair.keys(suite, 1), TlsPair.CIPHERS);
        double sealing = octetsPerRecord(length, s -> sealer.seal(23, content, 0, CONTENT, 0, out, 0));
        assertTrue(sealing < bareSealing + NOTHING, () -> "sealing: " + sealing + ", the cipher " + bareSealing);

        // As it is in the send path: the type goes into the cipher behind an array that is left as it is.
        int behind = nonce.isTls13() ? 1 : 0;
        double bareFollowed = octetsPerRecord(plain + Aead.TAG_BYTES, serial -> {
            nonce.set(ROUNDS * RECORDS + serial);
            return behind == 0
                    ? bare.seal(nonce.octets(), aad, content, 0, CONTENT, out, 0)
                    : bare.followedBy(23).sealFollowed(nonce.octets(), aad, content, 0, CONTENT, out, 0);
        });
        RecordSealer inPlace = new RecordSealer(TlsPair.keys(suite, 1), TlsPair.CIPHERS);
        double followed = octetsPerRecord(length, s -> inPlace.seal(23, content, 0, CONTENT, out, 0));
        assertTrue(followed < bareFollowed + NOTHING, () -> "in place: " + followed + ", the cipher " + bareFollowed);

        int at = RecordSealer.HEADER_BYTES + nonce.explicitBytes();
        double bareOpening = octetsPerRecord(plain, serial -> {
            byte[] record = records[serial];
            nonce.set(keys.sequence() + serial);
            nonce.aad(aad, keys.sequence() + serial, record, 0, plain);
            return bare.open(nonce.octets(), aad, record, at, length - at, out, 0);
        });
        RecordOpener opener = new RecordOpener(TlsPair.keys(suite, 1), TlsPair.CIPHERS);
        double opening = octetsPerRecord(CONTENT, serial -> opener.open(records[serial], 0, length, out, 0));
        assertTrue(opening < bareOpening + NOTHING, () -> "opening: " + opening + ", the cipher " + bareOpening);
    }
}
