package io.sluice.tls;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What protects the records of one direction: suite, key, fixed part of the nonce, and the sequence number of the next
 * record. What a handshake hands over. Of TLS 1.3 the traffic secret as well, from which key updates come (RFC 8446
 * §7.2); without it there are none. Holds secrets: {@link #destroy} overwrites them.
 */
public final class TrafficKeys {
    private final CipherSuite suite;
    private final byte @Nullable [] secret;
    private final byte[] key;
    private final byte[] iv;
    private final long sequence;
    private final int contentLimit;

    private TrafficKeys(
            CipherSuite suite, byte @Nullable [] secret, byte[] key, byte[] iv, long sequence, int contentLimit) {
        this.suite = suite;
        this.secret = secret;
        this.key = key;
        this.iv = iv;
        this.sequence = sequence;
        this.contentLimit = contentLimit;
    }

    private static TrafficKeys of(CipherSuite suite, byte @Nullable [] secret, byte[] key, byte[] iv, long sequence) {
        return new TrafficKeys(suite, secret, key, iv, sequence, RecordSealer.MAX_CONTENT_BYTES);
    }

    /**
     * The keys of a TLS 1.3 traffic secret (RFC 8446 §7.3).
     *
     * @param sequence of the next record, 0 if none was protected yet
     * @throws IllegalArgumentException if the suite is not of TLS 1.3, or the secret has another length than its hash
     */
    public static TrafficKeys ofSecret(CipherSuite suite, byte[] secret, long sequence) {
        if (suite.version() != TlsVersion.TLS_1_3 || secret.length != suite.hashBytes()) {
            throw new IllegalArgumentException("no secret of " + suite + ": " + secret.length + " octets");
        }
        return of(
                suite,
                secret.clone(),
                KeySchedule.writeKey(suite, secret),
                KeySchedule.writeIv(suite, secret),
                sequence);
    }

    /**
     * A key and the fixed part of the nonce as they are: the salt of 4 octets of GCM in TLS 1.2, else 12 octets.
     *
     * @throws IllegalArgumentException if they have other lengths
     */
    public static TrafficKeys ofKey(CipherSuite suite, byte[] key, byte[] iv, long sequence) {
        if (key.length != suite.aead().keyBytes() || iv.length != suite.aead().fixedIvBytes(suite.version())) {
            throw new IllegalArgumentException("no key of " + suite + ": " + key.length + " and " + iv.length);
        }
        return of(suite, null, key.clone(), iv.clone(), sequence);
    }

    /**
     * The keys of one direction of TLS 1.2 (RFC 5246 §6.3).
     *
     * @param client the direction: what the client writes
     * @param sequence of the next record: 1 after a handshake, whose Finished was 0
     */
    public static TrafficKeys ofMasterSecret(
            CipherSuite suite,
            byte[] masterSecret,
            byte[] clientRandom,
            byte[] serverRandom,
            boolean client,
            long sequence) {
        byte[] block = KeySchedule.keyBlock(suite, masterSecret, clientRandom, serverRandom);
        int keyBytes = suite.aead().keyBytes();
        int ivBytes = suite.aead().fixedIvBytes(TlsVersion.TLS_1_2);
        int keyAt = client ? 0 : keyBytes;
        int ivAt = 2 * keyBytes + (client ? 0 : ivBytes);
        TrafficKeys keys = of(
                suite,
                null,
                Arrays.copyOfRange(block, keyAt, keyAt + keyBytes),
                Arrays.copyOfRange(block, ivAt, ivAt + ivBytes),
                sequence);
        Arrays.fill(block, (byte) 0);
        return keys;
    }

    /**
     * The same, which these give up, with a limit of the content of the direction's records: what is left of the receiver's
     * record_size_limit (RFC 8449), where it has told one.
     *
     * @throws IllegalArgumentException if it is less than {@link #smallestLimit} or more than a record can have
     */
    public TrafficKeys withContentLimit(int octets) {
        if (octets < smallestLimit(suite.version()) || octets > RecordSealer.MAX_CONTENT_BYTES) {
            throw new IllegalArgumentException("no limit of a record's content: " + octets);
        }
        return new TrafficKeys(suite, secret, key, iv, sequence, octets);
    }

    /** RFC 8449 §4: a record_size_limit is at least 64, of which TLS 1.3 needs one for the type. */
    public static int smallestLimit(TlsVersion version) {
        return version == TlsVersion.TLS_1_3 ? 63 : 64;
    }

    /** The most octets of content that a record of the direction may have. */
    public int contentLimit() {
        return contentLimit;
    }

    /** Whether {@link #next} can make new ones. */
    public boolean canUpdate() {
        return secret != null;
    }

    /** The next generation (RFC 8446 §7.2), whose sequence numbers begin at 0. */
    TrafficKeys next() {
        byte[] current = Objects.requireNonNull(secret, "a key alone cannot be updated");
        byte[] next = KeySchedule.nextSecret(suite, current);
        TrafficKeys keys = ofSecret(suite, next, 0);
        Arrays.fill(next, (byte) 0);
        return keys;
    }

    /** The suite, and so the version. */
    public CipherSuite suite() {
        return suite;
    }

    /** The sequence number that the next record would have. */
    public long sequence() {
        return sequence;
    }

    byte[] key() {
        return key;
    }

    byte[] iv() {
        return iv;
    }

    /** Overwrites what is secret. */
    public void destroy() {
        if (secret != null) {
            Arrays.fill(secret, (byte) 0);
        }
        Arrays.fill(key, (byte) 0);
        Arrays.fill(iv, (byte) 0);
    }

    @Override
    public String toString() {
        return suite + " from record " + sequence;
    }
}
