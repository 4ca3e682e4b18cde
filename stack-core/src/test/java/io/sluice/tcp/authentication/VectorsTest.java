package io.sluice.tcp.authentication;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.sluice.wire.IpAddress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Provider;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;

/** TCP-AO against the vectors of RFC 9235, RFC 9187 and Project Wycheproof, and against what real routers have sent. */
class VectorsTest {
    private static final int AO = 29;

    private static List<String[]> rows(String file) throws IOException {
        try (InputStream in = VectorsTest.class.getResourceAsStream(file)) {
            assertNotNull(in, file);
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ", -1))
                    .toList();
        }
    }

    private static int hex32(String text) {
        return Integer.parseUnsignedInt(text, 16);
    }

    /** An IP packet that holds a segment with TCP-AO. */
    private static final class Packet {
        final ByteBuffer b;
        final IpAddress source;
        final IpAddress destination;
        final int tcp;
        final int headerLength;
        final int option;
        final int dataLength;

        Packet(String hex) {
            b = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
            boolean v6 = b.get(0) >>> 4 == 6;
            tcp = v6 ? 40 : (b.get(0) & 0xF) * 4;
            source = v6 ? IpAddress.ofV6(b.getLong(8), b.getLong(16)) : IpAddress.ofV4(b.getInt(12));
            destination = v6 ? IpAddress.ofV6(b.getLong(24), b.getLong(32)) : IpAddress.ofV4(b.getInt(16));
            headerLength = (b.get(tcp + 12) >>> 4 & 0xF) * 4;
            int end = v6 ? 40 + b.getShort(4) : b.getShort(2);
            int at = tcp + 20;
            while (b.get(at) != AO) {
                at += b.get(at) == 1 ? 1 : b.get(at + 1);
            }
            option = at;
            dataLength = end - tcp - headerLength;
        }

        byte[] context(int sourceIsn, int destinationIsn) {
            return TrafficKeyContext.of(
                    source, b.getShort(tcp), sourceIsn, destination, b.getShort(tcp + 2), destinationIsn);
        }

        byte[] mac() {
            byte[] mac = new byte[b.get(option + 1) - SegmentMac.OPTION_HEAD];
            b.get(option + SegmentMac.OPTION_HEAD, mac);
            return mac;
        }

        /** The code that the segment should carry. */
        byte[] expected(KeyedMac key, int sne, boolean covered, int length) {
            SegmentMac.Coverage coverage = new SegmentMac.Coverage(covered, true, true);
            new SegmentMac()
                    .at(tcp, headerLength, option, dataLength)
                    .begin(key, sne, source, destination, b, coverage);
            key.update(b.slice(tcp + headerLength, dataLength));
            byte[] whole = new byte[key.length()];
            key.finish(whole);
            return Arrays.copyOf(whole, length);
        }
    }

    @Test
    void all32VectorsOfRfc9235() throws IOException {
        List<String[]> rows = rows("rfc9235.txt");
        assertEquals(32, rows.size());
        for (String[] row : rows) {
            AuthenticationAlgorithm algorithm = row[1].equals(CmacAlgorithm.AES_128_CMAC_96.name())
                    ? CmacAlgorithm.AES_128_CMAC_96
                    : HmacAlgorithm.HMAC_SHA_1_96;
            assertEquals(row[1], algorithm.name());
            Packet p = new Packet(row[7]);
            boolean covered = row[2].equals("options");
            try (MasterKey master = new MasterKey("testvector".getBytes(StandardCharsets.US_ASCII));
                    KeyedMac key = algorithm.trafficKey(master, p.context(hex32(row[4]), hex32(row[5])))) {
                byte[] code = p.expected(key, hex32(row[6]), covered, algorithm.macLength());
                assertArrayEquals(p.mac(), code, row[0]);
                assertArrayEquals(code, p.expected(key, hex32(row[6]), covered, algorithm.macLength()), "again");
                everyCoveredBitCounts(p, key, hex32(row[6]), covered, row[0]);
            }
        }
    }

    /** Of header, options as far as they are covered, data and SNE; not of the checksum and the code itself. */
    private static void everyCoveredBitCounts(Packet p, KeyedMac key, int sne, boolean covered, String name) {
        byte[] right = p.mac();
        assertFalse(Arrays.equals(right, p.expected(key, sne + 1, covered, right.length)), name);
        int end = p.tcp + p.headerLength + p.dataLength;
        for (int i = p.tcp; i < end; i++) {
            int inHeader = i - p.tcp;
            int inOption = i - p.option;
            boolean lengths = inHeader == 12 || inOption == 1; // they say where everything is
            boolean counts = isCovered(p, inHeader, inOption, covered);
            if (lengths || !counts) {
                continue;
            }
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                p.b.put(i, (byte) (p.b.get(i) ^ 1 << bit));
                assertFalse(
                        Arrays.equals(right, p.expected(key, sne, covered, right.length)), name + " octet " + inHeader);
                p.b.put(i, (byte) (p.b.get(i) ^ 1 << bit));
            }
        }
    }

    private static boolean isCovered(Packet p, int inHeader, int inOption, boolean options) {
        if (inHeader >= p.headerLength) {
            return true;
        }
        if (inHeader < 20) {
            return inHeader != 16 && inHeader != 17;
        }
        boolean ao = inOption >= 0 && inOption < p.b.get(p.option + 1);
        return ao ? inOption < SegmentMac.OPTION_HEAD : options;
    }

    @Test
    void the26PacketsOfTwoRouters() throws IOException {
        List<String[]> rows = rows("ios-routers.txt");
        assertEquals(26, rows.size());
        assertEquals(5, rows.stream().filter(row -> row[3].equals("cisco.pcap")).count());
        assertEquals(
                21, rows.stream().filter(row -> row[3].equals("cisco2.pcap")).count());
        for (String[] row : rows) {
            Packet p = new Packet(row[2]);
            assertEquals(123, p.b.get(p.option + 2));
            try (MasterKey master = new MasterKey("123".getBytes(StandardCharsets.US_ASCII));
                    KeyedMac key =
                            HmacAlgorithm.HMAC_SHA_1_96.trafficKey(master, p.context(hex32(row[0]), hex32(row[1])))) {
                assertArrayEquals(p.mac(), p.expected(key, 0, false, 12), row[2]);
            }
        }
    }

    private static byte[] octets(String hex) {
        return hex.equals("-") ? new byte[0] : HexFormat.of().parseHex(hex);
    }

    /** A message in three pieces; a tag may be shorter than the code. */
    private static void check(String[] row, KeyedMac mac) {
        byte[] message = octets(row[3]);
        int third = message.length / 3;
        mac.update(message, 0, third);
        mac.update(ByteBuffer.wrap(message, third, third));
        mac.update(message, 2 * third, message.length - 2 * third);
        byte[] code = new byte[mac.length()];
        mac.finish(code);
        byte[] tag = octets(row[4]);
        assertEquals(row[1].equals("valid"), Arrays.equals(tag, Arrays.copyOf(code, tag.length)), "vector " + row[0]);
    }

    @Test
    void the102VectorsOfWycheproofForAes128Cmac() throws IOException, GeneralSecurityException {
        List<String[]> rows = rows("wycheproof-aes-cmac.txt");
        assertEquals(102, rows.size());
        Provider provider = Cipher.getInstance("AES/CBC/NoPadding").getProvider();
        try (CmacAlgorithm.Cmac mac = new CmacAlgorithm.Cmac(provider)) {
            for (String[] row : rows) {
                mac.key(octets(row[2]));
                check(row, mac);
            }
        }
    }

    @Test
    void the170VectorsOfWycheproofForHmacSha1() throws IOException, GeneralSecurityException {
        List<String[]> rows = rows("wycheproof-hmac-sha1.txt");
        assertEquals(170, rows.size());
        for (String[] row : rows) {
            try (KeyedMac mac = new HmacAlgorithm.Hmac(MessageDigest.getInstance("SHA-1"), octets(row[2]))) {
                check(row, mac);
            }
        }
    }

    @Test
    void the29SequenceNumbersOfRfc9187() throws IOException {
        List<String[]> rows = rows("rfc9187.txt");
        assertEquals(29, rows.size());
        SequenceExtension sne = new SequenceExtension(0);
        for (int i = 0; i < rows.size(); i++) {
            int seq = hex32(rows.get(i)[0]);
            assertEquals(hex32(rows.get(i)[1]), sne.of(seq), "row " + i);
            sne.seen(seq);
        }
    }
}
