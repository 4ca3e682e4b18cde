package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpOption;
import io.sluice.api.TcpSocket;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.TcpOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What others' clients and servers have put on the wire: the captures of Fast Open in the tests of Suricata, tcpdump and Zeek. Every
 * segment is read, and every client's SYN is given to a server of ours, which does not know the cookie, or takes any.
 */
final class FastOpenCapturesTest {
    /** One captured packet; of those that are no SYNs the headers only. */
    private static final class Packet {
        final byte[] octets;
        final TcpHeader tcp = new TcpHeader();
        final TcpOptions options = new TcpOptions();
        final int dataOctets;

        Packet(byte[] octets) {
            this.octets = octets;
            ByteBuffer b = ByteBuffer.wrap(octets);
            Ipv4Header ip = new Ipv4Header();
            assertTrue(ip.wrapQuoted(b, 0, octets.length));
            assertEquals(IpProtocol.TCP, ip.protocol());
            assertTrue(tcp.wrap(b, ip.headerLength(), octets.length - ip.headerLength()));
            assertTrue(options.parse(b, tcp.optionsOffset(), tcp.optionsLength()));
            assertEquals(0, options.badLengthCount() + options.unknownCount());
            dataOctets = ip.totalLength() - ip.headerLength() - tcp.headerLength();
        }

        boolean isSyn() {
            return tcp.hasAnyFlag(TcpHeader.SYN) && !tcp.hasAnyFlag(TcpHeader.ACK);
        }

        boolean isSynAck() {
            return tcp.hasAnyFlag(TcpHeader.SYN) && tcp.hasAnyFlag(TcpHeader.ACK);
        }

        byte[] data() {
            return Arrays.copyOfRange(octets, tcp.payloadOffset(), octets.length);
        }

        /** The SYN, from a to the server of b. */
        byte[] readdressed() {
            byte[] copy = octets.clone();
            ByteBuffer b = ByteBuffer.wrap(copy);
            Ipv4Header ip = new Ipv4Header();
            assertTrue(ip.wrap(b, 0, copy.length));
            ip.source(0x0A00_0001).destination(0x0A00_0002).updateChecksum();
            int length = copy.length - ip.headerLength();
            TcpHeader h = new TcpHeader();
            assertTrue(h.wrap(b, ip.headerLength(), length));
            h.destinationPort(80)
                    .updateChecksum(Checksum.pseudoHeader4(0x0A00_0001, 0x0A00_0002, IpProtocol.TCP, length));
            return copy;
        }
    }

    private static Map<String, List<Packet>> captures() throws IOException {
        Map<String, List<Packet>> captures = new LinkedHashMap<>();
        List<Packet> packets = new ArrayList<>();
        try (InputStream in = FastOpenCapturesTest.class.getResourceAsStream("fast-open-captures.txt")) {
            assertNotNull(in);
            for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n", -1)) {
                if (line.startsWith("== ")) {
                    packets = new ArrayList<>();
                    captures.put(line.substring(3), packets);
                } else if (!line.startsWith("#") && !line.isEmpty()) {
                    packets.add(new Packet(HexFormat.of().parseHex(line)));
                }
            }
        }
        return captures;
    }

    @Test
    void twelveCaptures() throws IOException {
        Map<String, List<Packet>> captures = captures();
        assertEquals(12, captures.size());
        assertEquals(206, captures.values().stream().mapToInt(List::size).sum());
    }

    /**
     * What is in each, as it was counted without this stack: segments; SYNs, SYN-ACKs; requests, clients' cookies, servers' cookies, how
     * many of the three are of the experimental kind; octets on SYNs; SYN-ACKs that take them, and that do not.
     */
    @ParameterizedTest
    @CsvSource({
        "suricata-tfo-01-tfo.pcap,                           16:  2  2:  1 1 1 3:  86: 1 0",
        "suricata-tfo-03-tfo.pcap,                           14:  1  1:  0 1 0 1:  86: 1 0",
        "suricata-tfo-05-tfo.pcap,                           16:  2  2:  0 2 0 2:   6: 2 0",
        "suricata-tfo-06-tfo-s1.pcap,                         8:  1  1:  0 1 0 1:  86: 1 0",
        "suricata-tfo-07-tcp_fastopen_segmentation.pcap,     20:  2  2:  0 2 0 0: 135: 2 0",
        "suricata-tfo-08-tcp_fastopen_segmentation-s1.pcap,  12:  1  1:  0 1 0 0:  70: 1 0",
        "suricata-tfo-09-tcp-opt-invalid-warning.pcap,        1:  0  1:  0 0 1 0:   0: 0 0",
        "suricata-tfo-10-syn-data.pcap,                      52: 11  9:  0 1 1 0: 517: 0 9",
        "suricata-tfo-11-nack.pcap,                          29:  1  1:  0 1 1 0: 517: 0 1",
        "suricata-tfo-13-tfo.pcap,                            8:  1  1:  0 1 0 1:  86: 1 0",
        "tcpdump-tfo.pcap,                                   14:  3  2:  2 1 2 5:   4: 0 0",
        "zeek-tcp-fast-open.pcap,                            16:  2  2:  1 1 1 3:  86: 1 0",
    })
    void everySegmentIsRead(String file, String expected) throws IOException {
        Counts c = new Counts();
        List<Packet> packets = captures().get(file);
        assertNotNull(packets);
        packets.forEach(c::count);
        assertEquals(expected.replaceAll(" +", " "), c.toString());
    }

    private static final class Counts {
        private final Map<Integer, Packet> synWithData = new HashMap<>();
        private int segments;
        private int syns;
        private int synAcks;
        private int requests;
        private int clientCookies;
        private int serverCookies;
        private int experimental;
        private int octets;
        private int taken;
        private int refused;

        void count(Packet p) {
            segments++;
            if (p.isSyn()) {
                syns++;
                octets += p.dataOctets;
                if (p.dataOctets > 0) {
                    synWithData.put(p.tcp.sourcePort(), p);
                }
            } else if (p.isSynAck()) {
                synAcks++;
                Packet syn = synWithData.get(p.tcp.destinationPort());
                if (syn != null) {
                    int acked = p.tcp.acknowledgmentNumber() - syn.tcp.sequenceNumber() - 1;
                    taken += acked == syn.dataOctets ? 1 : 0;
                    refused += acked == 0 ? 1 : 0;
                }
            } else {
                assertFalse(p.options.hasFastOpen(), "on SYNs only");
            }
            if (p.options.hasFastOpen()) {
                option(p);
            }
        }

        private void option(Packet p) {
            experimental += p.options.fastOpenExperimental() ? 1 : 0;
            if (p.isSynAck()) {
                serverCookies += p.options.fastOpenLength() > 0 ? 1 : 0;
            } else if (p.options.fastOpenLength() > 0) {
                clientCookies++;
            } else {
                requests++;
            }
        }

        @Override
        public String toString() {
            return String.format(
                    "%d: %d %d: %d %d %d %d: %d: %d %d",
                    segments,
                    syns,
                    synAcks,
                    requests,
                    clientCookies,
                    serverCookies,
                    experimental,
                    octets,
                    taken,
                    refused);
        }
    }

    /** RFC 7413 §4.2: an unknown cookie is answered with a good one, as a request is, and the data is left for later. */
    @Test
    void ourServerAnswersRequestsAndUnknownCookiesWithItsOwn() throws IOException {
        int asked = 0;
        for (Packet syn : syns()) {
            try (Server server = new Server(0)) {
                Packet answer = server.answer(syn);
                assertEquals(syn.tcp.sequenceNumber() + 1, answer.tcp.acknowledgmentNumber());
                assertEquals(syn.options.hasFastOpen(), answer.options.hasFastOpen());
                if (syn.options.hasFastOpen()) {
                    asked++;
                    assertEquals(8, answer.options.fastOpenLength());
                    assertEquals(syn.options.fastOpenExperimental(), answer.options.fastOpenExperimental());
                }
                assertEquals(0, server.listener.waitingCount());
            }
        }
        assertEquals(4 + 13, asked);
    }

    @Test
    void ourServerTakesTheDataOfAnyCookieIfItTrustsAll() throws IOException {
        int octets = 0;
        for (Packet syn : syns()) {
            if (!syn.options.hasFastOpen() || syn.options.fastOpenLength() == 0) {
                continue;
            }
            try (Server server = new Server(1)) {
                Packet answer = server.answer(syn);
                assertEquals(
                        syn.tcp.sequenceNumber() + 1 + syn.dataOctets,
                        answer.tcp.acknowledgmentNumber(),
                        "all of it is taken");
                TcpSocket accepted = server.listener.accept();
                assertNotNull(accepted);
                ByteBuffer read = ByteBuffer.allocate(syn.dataOctets);
                assertEquals(syn.dataOctets, accepted.read(read));
                assertArrayEquals(syn.data(), read.array());
                octets += syn.dataOctets;
                accepted.abort(server.hosts.nowNs);
            }
        }
        assertEquals(1679, octets);
    }

    private static List<Packet> syns() throws IOException {
        return captures().values().stream()
                .flatMap(List::stream)
                .filter(Packet::isSyn)
                .toList();
    }

    /** A listener with Fast Open of both kinds, and its first answer. */
    private static final class Server implements AutoCloseable {
        final TwoHosts hosts = new TwoHosts(1, TcpProfile.STANDARD.with(Knob.FAST_OPEN_EXPERIMENTAL, 1));
        final TcpListener listener = hosts.listen();
        private @Nullable Packet answer;

        Server(int trust) {
            hosts.b.tcp().layer().knobs().set(Knob.FAST_OPEN_SERVER_TRUST, trust);
            assertNull(listener.set(TcpOption.TCP_FASTOPEN, 8));
            hosts.filter = this::keep;
        }

        private boolean keep(boolean fromA, ByteBuf packet) {
            if (!fromA && answer == null) {
                answer = new Packet(ByteBufUtil.getBytes(packet));
            }
            return false;
        }

        Packet answer(Packet syn) {
            hosts.injectToB(syn.readdressed());
            hosts.run(TwoHosts.MS, () -> false);
            Packet a = answer;
            assertNotNull(a);
            assertTrue(a.isSynAck());
            return a;
        }

        @Override
        public void close() {
            listener.close(hosts.nowNs);
            hosts.close();
        }
    }
}
