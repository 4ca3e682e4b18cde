package io.sluice.tcp.authentication;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** KDF_AES_128_CMAC with AES-128-CMAC-96 (RFC 5926 §3.1.1.2, §3.2.2). */
public final class CmacAlgorithm implements AuthenticationAlgorithm {
    /** AES-128-CMAC-96, which every implementation has (RFC 5926 §2.1). */
    public static final AuthenticationAlgorithm AES_128_CMAC_96 = new CmacAlgorithm();

    private static final int BLOCK_OCTETS = 16;
    private static final int MAC_OCTETS = 12;

    private CmacAlgorithm() {}

    @Override
    public String name() {
        return "AES-128-CMAC-96";
    }

    @Override
    public int macLength() {
        return MAC_OCTETS;
    }

    /** A master key of another length than 128 bits is brought to that first (RFC 4615 §3, as RFC 5926 §3.1.1.2 says). */
    @Override
    public KeyedMac trafficKey(MasterKey master, byte[] context) {
        byte[] key = new byte[BLOCK_OCTETS];
        byte[] octets = master.octets();
        if (octets.length == BLOCK_OCTETS) {
            System.arraycopy(octets, 0, key, 0, BLOCK_OCTETS);
        } else {
            try (Cmac extract = new Cmac(new byte[BLOCK_OCTETS])) {
                extract.update(octets, 0, octets.length);
                extract.finish(key);
            }
        }
        try (Cmac prf = new Cmac(key)) {
            prf.update(HmacAlgorithm.input(context, BLOCK_OCTETS * Byte.SIZE));
            prf.finish(key);
        }
        Cmac mac = new Cmac(key);
        Arrays.fill(key, (byte) 0);
        return mac;
    }

    @Override
    public String toString() {
        return name();
    }

    /** AES-CMAC (RFC 4493 §2.4). */
    private static final class Cmac implements KeyedMac {
        private static final int REDUCTION = 0x87;

        private final Cipher aes;
        private final byte[] k1 = new byte[BLOCK_OCTETS];
        private final byte[] k2 = new byte[BLOCK_OCTETS];
        private final byte[] chain = new byte[BLOCK_OCTETS];

        /** The last octets that came, at least one of them unless none did: they may be the end. */
        private final byte[] last = new byte[BLOCK_OCTETS];

        private int held;

        Cmac(byte[] key) {
            try {
                aes = Cipher.getInstance("AES/ECB/NoPadding"); // one block at a time: CMAC does the chaining
                aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES is a part of every Java platform", e);
            }
            encrypt(k1);
            twice(k1, k1);
            twice(k1, k2);
        }

        private static void twice(byte[] from, byte[] to) {
            int carry = from[0] >>> 7 & 1;
            for (int i = 0; i < BLOCK_OCTETS; i++) {
                int next = i + 1 < BLOCK_OCTETS ? from[i + 1] >>> 7 & 1 : 0;
                to[i] = (byte) (from[i] << 1 | next);
            }
            to[BLOCK_OCTETS - 1] ^= (byte) (carry * REDUCTION);
        }

        private void encrypt(byte[] block) {
            try {
                aes.update(block, 0, BLOCK_OCTETS, block, 0);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private void absorb() {
            for (int i = 0; i < BLOCK_OCTETS; i++) {
                chain[i] ^= last[i];
            }
            encrypt(chain);
            held = 0;
        }

        @Override
        public void update(ByteBuffer data) {
            while (data.hasRemaining()) {
                if (held == BLOCK_OCTETS) {
                    absorb();
                }
                int n = Math.min(BLOCK_OCTETS - held, data.remaining());
                data.get(last, held, n);
                held += n;
            }
        }

        @Override
        public void update(byte[] data, int offset, int length) {
            update(ByteBuffer.wrap(data, offset, length));
        }

        @Override
        public void finish(byte[] target) {
            byte[] subkey = k1;
            if (held < BLOCK_OCTETS) {
                last[held] = (byte) 0x80;
                Arrays.fill(last, held + 1, BLOCK_OCTETS, (byte) 0);
                subkey = k2;
            }
            for (int i = 0; i < BLOCK_OCTETS; i++) {
                last[i] ^= subkey[i];
            }
            absorb();
            System.arraycopy(chain, 0, target, 0, BLOCK_OCTETS);
            Arrays.fill(chain, (byte) 0);
        }

        @Override
        public int length() {
            return BLOCK_OCTETS;
        }

        @Override
        public void close() {
            for (byte[] secret : new byte[][] {k1, k2, chain, last}) {
                Arrays.fill(secret, (byte) 0);
            }
            held = 0;
        }
    }
}
