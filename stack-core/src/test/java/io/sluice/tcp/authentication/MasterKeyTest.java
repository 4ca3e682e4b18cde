package io.sluice.tcp.authentication;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Master key tuples: which connections they are for, and that keys are neither told nor kept. */
class MasterKeyTest {
    private static final IpAddress PEER = IpAddress.parse("192.0.2.9");
    private static final IpAddress OWN = IpAddress.parse("198.51.100.1");

    private static MasterKeyTuple tuple(String prefix, int localPort, int peerPort, int sendId, int receiveId) {
        MasterKey key = new MasterKey("secret".getBytes(StandardCharsets.US_ASCII));
        return MasterKeyTuple.builder(IpPrefix.parse(prefix), key)
                .ports(localPort, peerPort)
                .ids(sendId, receiveId)
                .build();
    }

    @Test
    void tuplesAreFoundByAddressesAndPorts() {
        MasterKeyTable table = new MasterKeyTable();
        MasterKeyTuple bgp = tuple("192.0.2.0/24", 179, 0, 1, 2);
        MasterKeyTuple next = tuple("192.0.2.0/24", 179, 0, 3, 4);
        MasterKeyTuple v6 = tuple("2001:db8::/32", 0, 0, 1, 2);
        assertTrue(table.add(bgp) && table.add(next) && table.add(v6));
        assertEquals(List.of(bgp, next), table.matching(OWN, 179, PEER, 4000));
        IpAddress own6 = IpAddress.parse("2001:db9::1");
        assertEquals(List.of(v6), table.matching(own6, 7, IpAddress.parse("2001:db8::1"), 8));
        assertEquals(List.of(), table.matching(OWN, 80, PEER, 4000));
        assertEquals(List.of(), table.matching(OWN, 179, IpAddress.parse("192.0.3.9"), 4000));
        MasterKeyTuple here = MasterKeyTuple.builder(IpPrefix.parse("203.0.113.0/24"), bgp.key())
                .local(IpPrefix.parse("198.51.100.0/24"))
                .ports(0, 179)
                .ids(0, 255)
                .build();
        assertTrue(table.add(here));
        IpAddress peer = IpAddress.parse("203.0.113.1");
        assertEquals(List.of(here), table.matching(OWN, 5, peer, 179));
        assertEquals(List.of(), table.matching(PEER, 5, peer, 179));
        assertEquals(List.of(), table.matching(OWN, 5, peer, 180));
        assertEquals(4, table.tuples().size());
    }

    @Test
    void noSegmentMayMeanTwoTuples() {
        MasterKeyTable table = new MasterKeyTable();
        assertTrue(table.add(tuple("192.0.2.0/24", 179, 0, 1, 2)));
        assertFalse(table.add(tuple("192.0.2.9", 0, 4000, 9, 2)), "the same RecvID");
        assertFalse(table.add(tuple("0.0.0.0/0", 179, 0, 1, 9)), "the same SendID");
        assertTrue(table.add(tuple("192.0.2.9", 180, 0, 1, 2)), "another port");
        assertTrue(table.add(tuple("192.0.3.0/24", 179, 0, 1, 2)), "another network");
        assertEquals(3, table.tuples().size());
        assertThrows(IllegalArgumentException.class, () -> tuple("192.0.2.9", 0, 0, 256, 0));
        MasterKey key = new MasterKey(new byte[1]);
        assertThrows(IllegalArgumentException.class, () -> MasterKeyTuple.builder(IpPrefix.ALL4, key)
                .macLength(MasterKeyTuple.MAX_MAC_LENGTH + 1)
                .build());
    }

    @Test
    void keysAreNotToldAndWiped() {
        MasterKeyTable table = new MasterKeyTable();
        MasterKeyTuple tuple = tuple("192.0.2.9", 0, 0, 1, 2);
        byte[] octets = tuple.key().octets();
        MasterKeyTuple copy = tuple.copy();
        assertFalse(tuple.toString().contains("secret"), tuple.toString());
        assertFalse(tuple.toString().contains(Arrays.toString(octets)));
        assertTrue(table.add(tuple) && table.remove(tuple));
        assertTrue(tuple.key().isWiped());
        assertArrayEquals(new byte[6], octets);
        assertThrows(IllegalStateException.class, () -> tuple.key().octets());
        assertArrayEquals(
                "secret".getBytes(StandardCharsets.US_ASCII), copy.key().octets());
        assertFalse(table.remove(tuple));
    }

    /** RFC 4493 §2.4, block by block. */
    private static byte[] cmac(byte[] key, byte[] message) throws GeneralSecurityException {
        Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        BigInteger subkey = new BigInteger(1, aes.doFinal(new byte[16]));
        boolean whole = message.length > 0 && message.length % 16 == 0;
        for (int i = 0; i < (whole ? 1 : 2); i++) {
            BigInteger twice = subkey.shiftLeft(1);
            subkey = twice.bitLength() > 128 ? twice.clearBit(128).xor(BigInteger.valueOf(0x87)) : twice;
        }
        byte[] padded = Arrays.copyOf(message, Math.max(16, (message.length + 15) / 16 * 16));
        if (!whole) {
            padded[message.length] = (byte) 0x80;
        }
        byte[] chain = new byte[16];
        for (int at = 0; at < padded.length; at += 16) {
            BigInteger block = new BigInteger(1, Arrays.copyOfRange(padded, at, at + 16)).xor(new BigInteger(1, chain));
            block = at + 16 == padded.length ? block.xor(subkey) : block;
            byte[] octets = block.toByteArray();
            byte[] fixed = new byte[16];
            int n = Math.min(16, octets.length);
            System.arraycopy(octets, octets.length - n, fixed, 16 - n, n);
            chain = aes.doFinal(fixed);
        }
        return chain;
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    /** The four examples of RFC 4493 §4: so that the comparison below is one with that RFC. */
    @ParameterizedTest
    @CsvSource({
        "0, bb1d6929e95937287fa37d129b756746",
        "16, 070a16b46b4d4144f79bdd9dd04a287c",
        "40, dfa66747de9ae63030ca32611497c827",
        "64, 51f0bebf7e3b9d92fc49741779363cfe"
    })
    void theFourExamplesOfRfc4493(int length, String code) throws GeneralSecurityException {
        byte[] message = hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
        assertArrayEquals(hex(code), cmac(hex("2b7e151628aed2a6abf7158809cf4f3c"), Arrays.copyOf(message, length)));
    }

    /** The three of RFC 4615 §4, and traffic keys from the same master keys: of 16 octets as they are, others by way of CMAC. */
    @ParameterizedTest
    @CsvSource({
        "000102030405060708090a0b0c0d0e0fedcb, 84a348a4a45d235babfffc0d2b4da09a",
        "000102030405060708090a0b0c0d0e0f, 980ae87b5f4c9c5214f5b6a8455e4c2d",
        "00010203040506070809, 290d9e112edb09ee141fcf64c0b72f3d"
    })
    void theThreeExamplesOfRfc4615(String master, String output) throws GeneralSecurityException {
        byte[] octets = hex(master);
        byte[] inner = octets.length == 16 ? octets : cmac(new byte[16], octets);
        assertArrayEquals(hex(output), cmac(inner, hex("000102030405060708090a0b0c0d0e0f10111213")));
        byte[] traffic = cmac(inner, new byte[] {1, 'T', 'C', 'P', '-', 'A', 'O', 9, 0, (byte) 128});
        try (MasterKey key = new MasterKey(octets);
                KeyedMac mac = CmacAlgorithm.AES_128_CMAC_96.trafficKey(key, new byte[] {9})) {
            byte[] code = new byte[16];
            mac.finish(code);
            assertArrayEquals(cmac(traffic, new byte[0]), code);
        }
    }

    @Test
    void cmacIsThatOfItsRfcAtEveryLength() throws GeneralSecurityException {
        byte[] secret = "sixteen octets..".getBytes(StandardCharsets.US_ASCII);
        byte[] traffic = cmac(secret, new byte[] {1, 'T', 'C', 'P', '-', 'A', 'O', 1, 2, 3, 0, (byte) 128});
        byte[] data = new byte[1600];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * 31 + i / 7);
        }
        try (MasterKey key = new MasterKey(secret);
                KeyedMac mac = CmacAlgorithm.AES_128_CMAC_96.trafficKey(key, new byte[] {1, 2, 3})) {
            byte[] code = new byte[16];
            for (int length = 0; length <= data.length; length++) {
                mac.update(data, 0, length / 2);
                mac.update(ByteBuffer.wrap(data, length / 2, length - length / 2));
                mac.finish(code);
                assertArrayEquals(cmac(traffic, Arrays.copyOf(data, length)), code, "of " + length + " octets");
            }
        }
    }

    @Test
    void sha256AgreesWithThePlatformsHmac() throws GeneralSecurityException {
        byte[] secret = new byte[100]; // longer than a block
        Arrays.fill(secret, (byte) 7);
        byte[] context = {1, 2, 3};
        Mac platform = Mac.getInstance("HmacSHA256");
        platform.init(new SecretKeySpec(secret, "HmacSHA256"));
        byte[] traffic =
                platform.doFinal(new byte[] {1, 'T', 'C', 'P', '-', 'A', 'O', 1, 2, 3, 1, 0}); // 256 bits of output
        platform.init(new SecretKeySpec(traffic, "HmacSHA256"));
        byte[] expected = platform.doFinal("text".getBytes(StandardCharsets.US_ASCII));
        try (MasterKey key = new MasterKey(secret);
                KeyedMac mac = HmacAlgorithm.HMAC_SHA_256_128.trafficKey(key, context)) {
            byte[] code = new byte[mac.length()];
            mac.update("text".getBytes(StandardCharsets.US_ASCII), 0, 4);
            mac.finish(code);
            assertArrayEquals(expected, code);
            assertEquals(16, HmacAlgorithm.HMAC_SHA_256_128.macLength());
        }
    }

    @Test
    void noCodeIsLongerThanItsAlgorithmMakes() {
        IpPrefix peers = IpPrefix.of(PEER);
        byte[] context = {1};
        for (AuthenticationAlgorithm algorithm :
                List.of(HmacAlgorithm.HMAC_SHA_1_96, HmacAlgorithm.HMAC_SHA_256_128, CmacAlgorithm.AES_128_CMAC_96)) {
            try (MasterKey key = new MasterKey(new byte[16]);
                    KeyedMac mac = algorithm.trafficKey(key, context)) {
                int longest = Math.min(mac.length(), MasterKeyTuple.MAX_MAC_LENGTH);
                assertEquals(mac.length(), algorithm.fullLength());
                MasterKeyTuple.Builder builder =
                        MasterKeyTuple.builder(peers, key).algorithm(algorithm);
                try (MasterKeyTuple tuple = builder.macLength(longest).build()) {
                    assertEquals(longest, tuple.macLength());
                }
                assertThrows(IllegalArgumentException.class, () -> builder.macLength(longest + 1)
                        .build());
            }
        }
    }
}
