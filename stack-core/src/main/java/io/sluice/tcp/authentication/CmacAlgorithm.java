package io.sluice.tcp.authentication;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;

/** KDF_AES_128_CMAC with AES-128-CMAC-96 (RFC 5926 §3.1.1.2, §3.2.2). */
public final class CmacAlgorithm implements AuthenticationAlgorithm {
    /** AES-128-CMAC-96, which every implementation has (RFC 5926 §2.1). */
    public static final AuthenticationAlgorithm AES_128_CMAC_96 = new CmacAlgorithm();

    private static final String TRANSFORMATION = "AES/CBC/NoPadding";
    private static final int BLOCK_OCTETS = 16;
    private static final int MAC_OCTETS = 12;

    /** Looked up once: the look-up takes several times as long as a key's set-up. */
    private final Provider provider;

    private CmacAlgorithm() {
        try {
            provider = Cipher.getInstance(TRANSFORMATION).getProvider();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES is a part of every Java platform", e);
        }
    }

    @Override
    public String name() {
        return "AES-128-CMAC-96";
    }

    @Override
    public int macLength() {
        return MAC_OCTETS;
    }

    @Override
    public int fullLength() {
        return BLOCK_OCTETS;
    }

    /** A master key of another length than 128 bits is brought to that first (RFC 4615 §3, as RFC 5926 §3.1.1.2 says). */
    @Override
    public KeyedMac trafficKey(MasterKey master, byte[] context) {
        byte[] key = new byte[BLOCK_OCTETS];
        byte[] octets = master.octets();
        Cmac mac = new Cmac(provider); // with one key after the other
        if (octets.length == BLOCK_OCTETS) {
            System.arraycopy(octets, 0, key, 0, BLOCK_OCTETS);
        } else {
            mac.key(key);
            mac.update(octets, 0, octets.length);
            mac.finish(key);
        }
        mac.key(key);
        mac.update(HmacAlgorithm.input(context, BLOCK_OCTETS * Byte.SIZE));
        mac.finish(key);
        mac.key(key);
        Arrays.fill(key, (byte) 0);
        return mac;
    }

    @Override
    public String toString() {
        return name();
    }

    /** AES-CMAC (RFC 4493 §2.4): the last block of AES in CBC mode from a vector of zeros, with a subkey in that block. */
    static final class Cmac implements KeyedMac {
        private static final int REDUCTION = 0x87;

        /** Octets that go into the cipher at once, so that it runs over many blocks. */
        private static final int CHUNK_OCTETS = 32 * BLOCK_OCTETS;

        private static final IvParameterSpec ZEROS = new IvParameterSpec(new byte[BLOCK_OCTETS]);

        private final Cipher cbc;
        private final byte[] k1 = new byte[BLOCK_OCTETS];
        private final byte[] k2 = new byte[BLOCK_OCTETS];

        /** The last octets that came, at least one of them unless none did: they may be the end. */
        private final byte[] pending = new byte[CHUNK_OCTETS];

        /** Never the same memory as what goes in, which the cipher would copy then. */
        private final byte[] encrypted = new byte[CHUNK_OCTETS];

        private int held;

        Cmac(Provider provider) {
            try {
                cbc = Cipher.getInstance(TRANSFORMATION, provider);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Begins with another key; before the first octets. */
        void key(byte[] key) {
            init(key);
            Arrays.fill(pending, 0, BLOCK_OCTETS, (byte) 0);
            encrypt(BLOCK_OCTETS, true);
            twice(encrypted, k1);
            twice(k1, k2);
        }

        private void init(byte[] key) {
            try {
                cbc.init(Cipher.ENCRYPT_MODE, new AesKey(key), ZEROS);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("no key of AES", e);
            }
        }

        private static void twice(byte[] from, byte[] to) {
            int carry = from[0] >>> 7 & 1;
            for (int i = 0; i < BLOCK_OCTETS; i++) {
                int next = i + 1 < BLOCK_OCTETS ? from[i + 1] >>> 7 & 1 : 0;
                to[i] = (byte) (from[i] << 1 | next);
            }
            to[BLOCK_OCTETS - 1] ^= (byte) (carry * REDUCTION);
        }

        /** @param last the next begins with a vector of zeros again */
        private void encrypt(int octets, boolean last) {
            try {
                if (last) {
                    cbc.doFinal(pending, 0, octets, encrypted, 0);
                } else {
                    cbc.update(pending, 0, octets, encrypted, 0);
                }
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
            held = 0;
        }

        @Override
        public void update(ByteBuffer data) {
            while (data.hasRemaining()) {
                if (held == CHUNK_OCTETS) {
                    encrypt(CHUNK_OCTETS, false);
                }
                int n = Math.min(CHUNK_OCTETS - held, data.remaining());
                data.get(pending, held, n);
                held += n;
            }
        }

        @Override
        public void update(byte[] data, int offset, int length) {
            for (int at = 0; at < length; ) {
                if (held == CHUNK_OCTETS) {
                    encrypt(CHUNK_OCTETS, false);
                }
                int n = Math.min(CHUNK_OCTETS - held, length - at);
                System.arraycopy(data, offset + at, pending, held, n);
                held += n;
                at += n;
            }
        }

        @Override
        public void finish(byte[] target) {
            int last = Math.max(0, held - 1) / BLOCK_OCTETS * BLOCK_OCTETS;
            byte[] subkey = k1;
            if (held < last + BLOCK_OCTETS) {
                pending[held] = (byte) 0x80;
                Arrays.fill(pending, held + 1, last + BLOCK_OCTETS, (byte) 0);
                subkey = k2;
            }
            for (int i = 0; i < BLOCK_OCTETS; i++) {
                pending[last + i] ^= subkey[i];
            }
            encrypt(last + BLOCK_OCTETS, true);
            System.arraycopy(encrypted, last, target, 0, BLOCK_OCTETS);
        }

        @Override
        public int length() {
            return BLOCK_OCTETS;
        }

        @Override
        public void close() {
            for (byte[] secret : new byte[][] {k1, k2, pending, encrypted}) {
                Arrays.fill(secret, (byte) 0);
            }
            held = 0;
            init(k1); // so that the cipher forgets
        }
    }

    /** A key that is not copied by whoever makes it, as by SecretKeySpec, which nobody can wipe. */
    @SuppressWarnings("serial") // never
    private static final class AesKey implements SecretKey {
        private final byte[] octets;

        AesKey(byte[] octets) {
            this.octets = octets;
        }

        @Override
        public String getAlgorithm() {
            return "AES";
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return octets.clone(); // wiped by the cipher
        }
    }
}
