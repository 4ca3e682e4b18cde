package io.sluice.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufUtil;
import io.sluice.event.DropReason;
import io.sluice.host.OneHost;
import io.sluice.udp.DatagramOptions;
import io.sluice.udp.Experiment;
import io.sluice.udp.OptionRules;
import io.sluice.udp.OptionRules.UnsafeOutsideFragment;
import io.sluice.udp.ReceivedOptions;
import io.sluice.udp.ReceivedOptions.Outcome;
import io.sluice.udp.UdpDatagram;
import io.sluice.udp.UdpSocketOptions.OptionReception;
import io.sluice.wire.IpAddress;
import io.sluice.wire.UdpOptionKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** RFC 9868 from outside: the 30 vectors of {@code rfc9868-udp-options.txt}, each received by a socket. */
class UdpOptionVectorsTest {
    private static final int VECTORS = 30;
    private static final int PORT = 2000;

    private record Vector(String name, List<byte[]> packets, String deliver, String options) {}

    private static List<Vector> vectors() throws IOException {
        List<Vector> vectors = new ArrayList<>();
        InputStream in = UdpOptionVectorsTest.class.getResourceAsStream("/rfc9868-udp-options.txt");
        assertNotNull(in);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            String name = "";
            String deliver = "";
            List<byte[]> packets = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int colon = line.indexOf(": ");
                String value = colon < 0 ? "" : line.substring(colon + 2);
                if (line.startsWith("name: ")) {
                    name = value;
                    packets = new ArrayList<>();
                } else if (line.startsWith("packet: ")) {
                    packets.add(HexFormat.of().parseHex(value));
                } else if (line.startsWith("deliver:")) {
                    deliver = value;
                } else if (line.startsWith("options: ")) {
                    vectors.add(new Vector(name, packets, deliver, value));
                }
            }
        }
        return vectors;
    }

    @Test
    void everyVectorIsReceivedAsItSays() throws IOException {
        List<Vector> vectors = vectors();
        assertEquals(VECTORS, vectors.size());
        for (Vector v : vectors) {
            if (v.deliver().startsWith("either ")) {
                String data = v.deliver().substring("either ".length());
                receive(v, null, OptionRules.STANDARD);
                receive(v, data, OptionRules.STANDARD.with(UnsafeOutsideFragment.DELIVER));
            } else {
                receive(v, v.deliver(), OptionRules.STANDARD);
            }
        }
    }

    /** Fragments come in any order. */
    @Test
    void fragmentsInReverse() throws IOException {
        int fragmented = 0;
        for (Vector v : vectors()) {
            if (v.packets().size() > 1) {
                fragmented++;
                List<byte[]> reversed = new ArrayList<>(v.packets());
                Collections.reverse(reversed);
                receive(new Vector(v.name(), reversed, v.deliver(), v.options()), v.deliver(), OptionRules.STANDARD);
            }
        }
        assertEquals(2, fragmented);
    }

    /** A socket that was not asked to process options delivers what UDP's Length covers, of every vector. */
    @Test
    void aSocketThatKnowsNothingOfOptions() throws IOException {
        for (Vector v : vectors()) {
            OneHost h = host();
            UdpSocket socket = socket(h, v);
            UdpDatagram received = new UdpDatagram();
            for (byte[] packet : v.packets()) {
                h.receive(packet);
                assertTrue(socket.receive(received), v.name());
                assertNull(received.options());
                int ip = packet[0] >>> 4 == 4 ? 20 : 40;
                int length = (packet[ip + 4] & 0xFF) << 8 | (packet[ip + 5] & 0xFF);
                assertEquals(
                        HexFormat.of().formatHex(packet, ip + 8, ip + length),
                        ByteBufUtil.hexDump(received.payload()),
                        v.name());
            }
            received.release();
            h.close();
        }
    }

    private static OneHost host() {
        OneHost h = new OneHost();
        h.host.addAddress(h.on, IpAddress.parse("198.51.100.2"), 24);
        h.host.addAddress(h.on, IpAddress.parse("2001:db8::2"), 64);
        return h;
    }

    private static UdpSocket socket(OneHost h, Vector v) {
        boolean ipv6 = v.packets().get(0)[0] >>> 4 == 6;
        UdpSocket socket = new Sockets(h.host).udp(ipv6);
        assertNull(socket.bind(new Endpoint(ipv6 ? IpAddress.ANY6 : IpAddress.ANY4, PORT)));
        return socket;
    }

    /** @param data what is delivered; null for nothing */
    private static void receive(Vector v, @Nullable String data, OptionRules rules) {
        OneHost h = host();
        UdpSocket socket = socket(h, v);
        socket.options().optionReception = OptionReception.PROCESS;
        socket.options().optionRules = rules;
        UdpDatagram received = new UdpDatagram();
        for (int i = 0; i < v.packets().size(); i++) {
            assertFalse(socket.receive(received), v.name());
            h.receive(v.packets().get(i));
        }
        assertEquals(data != null, socket.receive(received), () -> v.name() + ": " + h.host.counters());
        if (data == null) {
            assertEquals(1, h.host.counters().get(DropReason.UDP_OPTION_UNSAFE));
        } else {
            assertEquals(data, ByteBufUtil.hexDump(received.payload()), v.name());
            ReceivedOptions options = received.options();
            assertNotNull(options, v.name());
            assertEquals(v.options().equals("none"), options.outcome() != Outcome.PROCESSED, () -> v.name() + options);
            if (!v.options().equals("none")) {
                assertEquals(v.options(), text(options), v.name());
            }
            received.release();
        }
        h.close();
    }

    private static String text(ReceivedOptions received) {
        StringBuilder s = new StringBuilder();
        received.ignoredKinds().forEach(kind -> s.append(" unknown=").append(kind));
        DatagramOptions o = received.options();
        if (o.hasPayloadChecksum()) {
            s.append(received.isPayloadChecksumWrong() ? " apc=wrong" : " apc");
        }
        if (o.has(UdpOptionKind.MDS)) {
            s.append(" mds=").append(o.maxDatagramSize());
        }
        if (o.has(UdpOptionKind.MRDS)) {
            s.append(" mrds=").append(o.maxReassembledSize()).append('/').append(o.maxReassembledSegments());
        }
        if (o.hasRequest()) {
            s.append(String.format(" req=%08x", o.request()));
        }
        if (o.hasResponse()) {
            s.append(String.format(" res=%08x", o.response()));
        }
        if (o.hasTime()) {
            s.append(" time=").append(o.timeValue()).append('/').append(o.timeEcho());
        }
        for (Experiment e : o.experiments()) {
            s.append(String.format(" exp=%04x/%d", e.id(), e.length()));
        }
        return s.toString().strip();
    }
}
