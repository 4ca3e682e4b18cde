package io.sluice.tls;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AEAD_ENCRYPT or AEAD_DECRYPT of RFC 5116 §2 with one key: one {@link Cipher} that is initialised again for each
 * message, on arrays, since both the JDK's ciphers and Corretto's are slower on direct buffers.
 */
final class AeadCipher {
    /** What {@link #open} returns for a message that is not authentic. */
    static final int NOT_AUTHENTIC = -1;

    private static final int TAG_BITS = Aead.TAG_BYTES * 8;

    private final Aead aead;
    private final Cipher cipher;
    private final byte[] last = new byte[1];
    private SecretKey key;

    AeadCipher(CipherSource source, Aead aead, byte[] key) {
        this.aead = aead;
        this.cipher = source.cipher(aead);
        this.key = new SecretKeySpec(key, aead.keyAlgorithm());
    }

    void key(byte[] newKey) {
        key = new SecretKeySpec(newKey, aead.keyAlgorithm());
    }

    /** Encrypts and appends the tag; returns the octets put into {@code out}. {@code in} and {@code out} differ. */
    int seal(byte[] nonce, byte[] aad, byte[] in, int at, int length, byte[] out, int outAt) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, parameters(nonce));
            cipher.updateAAD(aad);
            return cipher.doFinal(in, at, length, out, outAt);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal with " + cipher.getProvider(), e);
        }
    }

    /** What {@link #sealFollowed} puts behind its input. */
    AeadCipher followedBy(int octet) {
        last[0] = (byte) octet;
        return this;
    }

    /** As {@link #seal}, with one octet more, so that an array can be sealed where it is. */
    int sealFollowed(byte[] nonce, byte[] aad, byte[] in, int at, int length, byte[] out, int outAt) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, parameters(nonce));
            cipher.updateAAD(aad);
            int n = cipher.update(in, at, length, out, outAt);
            return n + cipher.doFinal(last, 0, 1, out, outAt + n);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal with " + cipher.getProvider(), e);
        }
    }

    /** Decrypts what has a tag at its end; returns the octets put into {@code out}, or {@link #NOT_AUTHENTIC}. */
    int open(byte[] nonce, byte[] aad, byte[] in, int at, int length, byte[] out, int outAt) {
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, parameters(nonce));
            cipher.updateAAD(aad);
            return cipher.doFinal(in, at, length, out, outAt);
        } catch (AEADBadTagException e) {
            return NOT_AUTHENTIC;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot open with " + cipher.getProvider(), e);
        }
    }

    private AlgorithmParameterSpec parameters(byte[] nonce) {
        return aead.isGcm() ? new GCMParameterSpec(TAG_BITS, nonce) : new IvParameterSpec(nonce);
    }
}
