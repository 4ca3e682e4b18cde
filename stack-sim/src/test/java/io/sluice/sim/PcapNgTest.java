package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A capture can be read back: every packet, in the order of time, where it was seen. */
final class PcapNgTest {
    private static final int SECTION_HEADER = 0x0A0D0D0A;

    private final List<String> interfaces = new ArrayList<>();
    private final List<Long> packetsOfInterface = new ArrayList<>();
    private long lastNs;

    @Test
    void everyPacketIsThere(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("run.pcapng");
        PipeConfig lossy = PipeConfig.builder()
                .rate(10_000_000)
                .delayNs(Pair.MS)
                .loss(0.05)
                .duplication(0.05)
                .build();
        try (Pair pair = new Pair(1, lossy)) {
            try (PcapNg pcap = new PcapNg(file)) {
                pair.simulation.capture(pcap);
                pair.transfer(100_000, 100_000);
                pair.finish();
            }
            read(ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN));
            Pipe ab = pair.cable.ab();
            Pipe ba = pair.cable.ba();
            assertEquals(ab.sent() + ba.delivered(), packetsOf("client0"));
            assertEquals(ba.sent() + ab.delivered(), packetsOf("server0"));
            assertEquals(ab.dropped() + ba.dropped(), packetsOf("dropped"));
            assertTrue(packetsOf("dropped") > 0);
        }
    }

    private long packetsOf(String name) {
        return packetsOfInterface.get(interfaces.indexOf(name));
    }

    private void read(ByteBuffer b) {
        assertEquals(SECTION_HEADER, b.getInt(0));
        assertEquals(0x1A2B3C4D, b.getInt(8));
        for (int at = 0; at < b.limit(); at += b.getInt(at + 4)) {
            int length = b.getInt(at + 4);
            assertEquals(length, b.getInt(at + length - 4), "the length stands at both ends");
            switch (b.getInt(at)) {
                case 1 -> readInterface(b, at);
                case 6 -> readPacket(b, at);
                default -> assertEquals(SECTION_HEADER, b.getInt(at));
            }
        }
    }

    private void readInterface(ByteBuffer b, int at) {
        assertEquals(228, b.getShort(at + 8)); // LINKTYPE_IPV4
        assertEquals(2, b.getShort(at + 16)); // if_name
        byte[] name = new byte[b.getShort(at + 18)];
        b.get(at + 20, name);
        interfaces.add(new String(name, StandardCharsets.UTF_8));
        packetsOfInterface.add(0L);
    }

    private void readPacket(ByteBuffer b, int at) {
        int id = b.getInt(at + 8);
        packetsOfInterface.set(id, packetsOfInterface.get(id) + 1);
        long ns = (b.getInt(at + 12) & 0xFFFF_FFFFL) << 32 | (b.getInt(at + 16) & 0xFFFF_FFFFL);
        assertTrue(ns >= lastNs);
        lastNs = ns;
        int length = b.getInt(at + 20);
        assertEquals(length, b.getInt(at + 24));
        assertEquals(4, b.get(at + 28) >>> 4, "an IPv4 packet");
        ByteBuffer bigEndian = b.duplicate();
        assertEquals(length, bigEndian.getShort(at + 30) & 0xFFFF);
    }
}
