package io.sluice.tls;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How secrets become keys: HKDF (RFC 5869) as TLS 1.3 labels it (RFC 8446 §7.1 to §7.3), the PRF of TLS 1.2 (RFC 5246 §5). */
public final class KeySchedule {
    private static final String PREFIX = "tls13 ";
    private static final byte[] NONE = {};

    private KeySchedule() {}

    /** HKDF-Extract (RFC 5869 §2.2); an empty salt stands for zeros. */
    public static byte[] extract(String hmac, byte[] salt, byte[] inputKey) {
        Mac mac = mac(hmac, salt.length == 0 ? new byte[1] : salt);
        return mac.doFinal(inputKey);
    }

    /**
     * HKDF-Expand (RFC 5869 §2.3).
     *
     * @throws IllegalArgumentException for more than 255 hashes
     */
    public static byte[] expand(String hmac, byte[] secret, byte[] info, int length) {
        Mac mac = mac(hmac, secret);
        int hash = mac.getMacLength();
        if (length > 255 * hash) {
            throw new IllegalArgumentException("HKDF gives 255 hashes at most: " + length);
        }
        byte[] result = new byte[length];
        byte[] block = NONE;
        for (int at = 0, i = 1; at < length; at += hash, i++) {
            mac.update(block);
            mac.update(info);
            block = mac.doFinal(new byte[] {(byte) i});
            System.arraycopy(block, 0, result, at, Math.min(hash, length - at));
        }
        return result;
    }

    /** HKDF-Expand-Label (RFC 8446 §7.1). */
    public static byte[] expandLabel(String hmac, byte[] secret, String label, byte[] context, int length) {
        byte[] full = (PREFIX + label).getBytes(StandardCharsets.US_ASCII);
        byte[] info = new byte[4 + full.length + context.length];
        info[0] = (byte) (length >>> 8);
        info[1] = (byte) length;
        info[2] = (byte) full.length;
        System.arraycopy(full, 0, info, 3, full.length);
        info[3 + full.length] = (byte) context.length;
        System.arraycopy(context, 0, info, 4 + full.length, context.length);
        return expand(hmac, secret, info, length);
    }

    /** [sender]_write_key (RFC 8446 §7.3). */
    static byte[] writeKey(CipherSuite suite, byte[] trafficSecret) {
        return expandLabel(
                suite.hmac(), trafficSecret, "key", NONE, suite.aead().keyBytes());
    }

    /** [sender]_write_iv (RFC 8446 §7.3). */
    static byte[] writeIv(CipherSuite suite, byte[] trafficSecret) {
        return expandLabel(suite.hmac(), trafficSecret, "iv", NONE, Aead.NONCE_BYTES);
    }

    /** application_traffic_secret_N+1 (RFC 8446 §7.2). */
    static byte[] nextSecret(CipherSuite suite, byte[] trafficSecret) {
        return expandLabel(suite.hmac(), trafficSecret, "traffic upd", NONE, suite.hashBytes());
    }

    /** PRF of RFC 5246 §5, with the suite's hash. */
    static byte[] prf(CipherSuite suite, byte[] secret, String label, byte[] seed, int length) {
        byte[] full = concat(label.getBytes(StandardCharsets.US_ASCII), seed);
        Mac mac = mac(suite.hmac(), secret);
        byte[] result = new byte[length];
        byte[] a = full;
        for (int at = 0; at < length; at += mac.getMacLength()) {
            a = mac.doFinal(a);
            mac.update(a);
            byte[] block = mac.doFinal(full);
            System.arraycopy(block, 0, result, at, Math.min(block.length, length - at));
        }
        return result;
    }

    /** key_block of RFC 5246 §6.3: client key, server key, client IV, server IV; AEADs have no MAC keys. */
    static byte[] keyBlock(CipherSuite suite, byte[] masterSecret, byte[] clientRandom, byte[] serverRandom) {
        int length = 2 * (suite.aead().keyBytes() + suite.aead().fixedIvBytes(TlsVersion.TLS_1_2));
        return prf(suite, masterSecret, "key expansion", concat(serverRandom, clientRandom), length);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static Mac mac(String hmac, byte[] key) {
        try {
            Mac mac = Mac.getInstance(hmac);
            mac.init(new SecretKeySpec(key, hmac));
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(hmac + " is missing from this JVM", e);
        }
    }
}
