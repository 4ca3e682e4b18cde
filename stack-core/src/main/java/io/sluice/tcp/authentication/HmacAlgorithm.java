package io.sluice.tcp.authentication;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** KDF_HMAC_SHA1 with HMAC-SHA-1-96 (RFC 5926 §3.1.1.1, §3.2.1), and the same with another hash (RFC 2104). */
public final class HmacAlgorithm implements AuthenticationAlgorithm {
    /** HMAC-SHA-1-96, which every implementation has (RFC 5926 §2.1). */
    public static final AuthenticationAlgorithm HMAC_SHA_1_96 = new HmacAlgorithm("HMAC-SHA-1-96", "SHA-1", 12, 20);

    /** HMAC-SHA-256 cut to 128 bits (RFC 4868 §2.3), with the key derivation of RFC 5926 over SHA-256. */
    public static final AuthenticationAlgorithm HMAC_SHA_256_128 =
            new HmacAlgorithm("HMAC-SHA-256-128", "SHA-256", 16, 32);

    private static final byte[] LABEL = "TCP-AO".getBytes(StandardCharsets.US_ASCII);
    private static final int BLOCK_OCTETS = 64;
    private static final int INNER = 0x36;
    private static final int OUTER = 0x5C;

    private final String name;
    private final String hash;
    private final int macLength;
    private final int fullLength;

    private HmacAlgorithm(String name, String hash, int macLength, int fullLength) {
        this.name = name;
        this.hash = hash;
        this.macLength = macLength;
        this.fullLength = fullLength;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int macLength() {
        return macLength;
    }

    @Override
    public int fullLength() {
        return fullLength;
    }

    /** Traffic_Key = PRF(Master_Key, i || Label || Context || Output_Length), one block long: RFC 5926 §3.1.1. */
    @Override
    public KeyedMac trafficKey(MasterKey master, byte[] context) {
        byte[] key = new byte[digest().getDigestLength()];
        try (Hmac prf = new Hmac(digest(), master.octets())) {
            prf.update(input(context, key.length * Byte.SIZE));
            prf.finish(key);
        }
        Hmac mac = new Hmac(digest(), key);
        Arrays.fill(key, (byte) 0);
        return mac;
    }

    static ByteBuffer input(byte[] context, int outputBits) {
        ByteBuffer b = ByteBuffer.allocate(1 + LABEL.length + context.length + 2);
        return b.put((byte) 1)
                .put(LABEL)
                .put(context)
                .putShort((short) outputBits)
                .flip();
    }

    private MessageDigest digest() {
        try {
            return MessageDigest.getInstance(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(hash + " is a part of every Java platform", e);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    /** HMAC (RFC 2104 §2). */
    static final class Hmac implements KeyedMac {
        private final MessageDigest inner;
        private final MessageDigest outer;
        private final byte[] innerPad;
        private final byte[] outerPad;
        private final byte[] scratch;
        private boolean fed;

        Hmac(MessageDigest digest, byte[] key) {
            inner = digest;
            outer = copyOf(digest);
            byte[] block = Arrays.copyOf(key.length > BLOCK_OCTETS ? digest.digest(key) : key, BLOCK_OCTETS);
            innerPad = pad(block, INNER);
            outerPad = pad(block, OUTER);
            Arrays.fill(block, (byte) 0);
            scratch = new byte[digest.getDigestLength()];
        }

        private static MessageDigest copyOf(MessageDigest digest) {
            try {
                return MessageDigest.getInstance(digest.getAlgorithm());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        private static byte[] pad(byte[] block, int with) {
            byte[] pad = new byte[BLOCK_OCTETS];
            for (int i = 0; i < BLOCK_OCTETS; i++) {
                pad[i] = (byte) (block[i] ^ with);
            }
            return pad;
        }

        private void begin() {
            if (!fed) {
                fed = true;
                inner.update(innerPad);
            }
        }

        @Override
        public void update(ByteBuffer data) {
            begin();
            inner.update(data);
        }

        @Override
        public void update(byte[] data, int offset, int length) {
            begin();
            inner.update(data, offset, length);
        }

        @Override
        public void finish(byte[] target) {
            begin();
            fed = false;
            try {
                inner.digest(scratch, 0, scratch.length);
                outer.update(outerPad);
                outer.update(scratch);
                outer.digest(target, 0, scratch.length);
            } catch (DigestException e) {
                throw new IllegalArgumentException("the target is too short", e);
            }
        }

        @Override
        public int length() {
            return scratch.length;
        }

        @Override
        public void close() {
            inner.reset();
            outer.reset();
            fed = false;
            Arrays.fill(innerPad, (byte) 0);
            Arrays.fill(outerPad, (byte) 0);
            Arrays.fill(scratch, (byte) 0);
        }
    }
}
