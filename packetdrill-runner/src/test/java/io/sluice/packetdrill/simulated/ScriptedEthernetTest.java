package io.sluice.packetdrill.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.link.OutboundPacket;
import io.sluice.packetdrill.language.Definitions;
import io.sluice.packetdrill.language.ScriptParser;
import io.sluice.packetdrill.language.ScriptSource;
import io.sluice.packetdrill.language.ScriptSyntaxException;
import io.sluice.packetdrill.run.BackEnd;
import io.sluice.packetdrill.run.LinkKind;
import io.sluice.packetdrill.run.Personality;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunResult;
import io.sluice.packetdrill.run.ScriptRunner;
import io.sluice.wire.ArpHeader;
import io.sluice.wire.Checksum;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.Icmpv6Type;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6Header;
import io.sluice.wire.NdpMessage;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The Ethernet under a script: what its stations answer, and which frames of the host are wrong. */
final class ScriptedEthernetTest {
    private static final long MAC = Neighbors.HOST_MAC;
    private static final IpAddress HOST = IpAddress.parse("192.168.0.1");
    private static final IpAddress PEER = IpAddress.parse("192.0.2.1");
    private static final IpAddress GATEWAY = IpAddress.parse("192.168.0.2");
    private static final IpAddress FAR = IpAddress.parse("198.51.100.1");
    private static final IpAddress HOST6 = IpAddress.parse("fd3d:a0b:17d6::1");
    private static final IpAddress PEER6 = IpAddress.parse("fd3d:fa7b:d17d::1");

    private final CapturingLink packets = new CapturingLink(1500, false, 0);
    private final Neighbors neighbors =
            new Neighbors(new Stations(MAC, new IpPrefix(HOST, 16), to -> to.equals(FAR) ? GATEWAY : to));
    private final ScriptedEthernet ethernet = new ScriptedEthernet(packets, neighbors);

    private @Nullable ByteBuf answerTo(ByteBuffer frame) {
        ByteBuf octets = Unpooled.wrappedBuffer(frame);
        OutboundPacket packet = new OutboundPacket();
        packet.addSlice(octets, 0, octets.readableBytes());
        ethernet.emit(packet, 0);
        return neighbors.pollAnswer();
    }

    private static ByteBuffer arp(int operation, IpAddress sender, IpAddress target) {
        ByteBuffer b = ByteBuffer.allocate(EthernetHeader.LENGTH + ArpHeader.LENGTH);
        EthernetHeader.write(b, 0, EthernetHeader.BROADCAST, MAC, EthernetHeader.ARP);
        ArpHeader.write(b, EthernetHeader.LENGTH, operation, MAC, sender.v4(), 0, target.v4());
        return b;
    }

    private static ByteBuffer solicitation(IpAddress source, IpAddress target, int wrong) {
        int length = NdpMessage.NEIGHBOR_LENGTH + NdpMessage.MAC_OPTION_LENGTH;
        int icmp = EthernetHeader.LENGTH + Ipv6Header.LENGTH;
        ByteBuffer b = ByteBuffer.allocate(icmp + length);
        long groupHi = 0xFF02L << 48;
        long groupLo = 0x1_FF00_0000L | (target.lo() & 0xFF_FFFF);
        EthernetHeader.write(b, 0, EthernetHeader.ofGroup(groupHi, groupLo), MAC, EthernetHeader.IPV6);
        int type = Icmpv6Type.NEIGHBOR_SOLICITATION;
        NdpMessage.writeNeighbor(b, icmp, type, 0, target.hi(), target.lo(), MAC);
        Ipv6Header ip = new Ipv6Header()
                .emit(b, EthernetHeader.LENGTH, length)
                .hopLimit(255)
                .nextHeader(IpProtocol.ICMPV6)
                .source(source.hi(), source.lo())
                .destination(groupHi, groupLo);
        long sum = Checksum.sum(b, icmp, length, ip.pseudoHeader(IpProtocol.ICMPV6, length));
        b.putShort(icmp + 2, (short) (Checksum.finish(sum) ^ wrong));
        return b;
    }

    @Test
    void neighborsAnswerArp() {
        ByteBuf answer = Objects.requireNonNull(answerTo(arp(ArpHeader.REQUEST, HOST, PEER)));
        ByteBuffer b = answer.nioBuffer();
        EthernetHeader frame = new EthernetHeader();
        assertTrue(frame.wrap(b, 0, b.remaining()));
        assertEquals(MAC, frame.destination());
        assertEquals(Stations.macOf(PEER), frame.source());
        ArpHeader reply = new ArpHeader();
        assertTrue(reply.wrap(b, frame.payloadOffset(), frame.payloadLength()));
        assertEquals(ArpHeader.REPLY, reply.operation());
        assertEquals(Stations.macOf(PEER), reply.senderMac());
        assertEquals(PEER.v4(), reply.sender());
        answer.release();
    }

    /** A probe and an announcement of the host's own address (RFC 5227), and an answer, are answered by nobody. */
    @Test
    void nobodyAnswersTheRestOfArp() {
        assertNull(answerTo(arp(ArpHeader.REQUEST, IpAddress.ANY4, HOST)));
        assertNull(answerTo(arp(ArpHeader.REQUEST, HOST, HOST)));
        assertNull(answerTo(arp(ArpHeader.REPLY, HOST, PEER)));
        assertFalse(packets.hasCaptured());
    }

    @Test
    void neighborsAnswerSolicitations() {
        ByteBuf answer = Objects.requireNonNull(answerTo(solicitation(HOST6, PEER6, 0)));
        ByteBuffer b = answer.nioBuffer();
        Ipv6Header ip = new Ipv6Header();
        assertTrue(ip.wrap(b, EthernetHeader.LENGTH, b.remaining() - EthernetHeader.LENGTH));
        assertEquals(HOST6, IpAddress.ofV6(ip.destinationHi(), ip.destinationLo()));
        NdpMessage message = new NdpMessage();
        assertTrue(message.wrapNeighbor(b, ip.payloadOffset(), ip.payloadLength()));
        assertTrue(message.has(NdpMessage.SOLICITED));
        assertEquals(Stations.macOf(PEER6), message.targetMac());
        long sum = Checksum.sum(
                b, ip.payloadOffset(), ip.payloadLength(), ip.pseudoHeader(IpProtocol.ICMPV6, ip.payloadLength()));
        assertTrue(Checksum.isValid(sum));
        answer.release();
        assertNull(answerTo(solicitation(IpAddress.ANY6, HOST6, 0)), "a probe");
        assertNull(answerTo(solicitation(HOST6, PEER6, 1)), "a wrong checksum");
        assertFalse(packets.hasCaptured());
        assertNull(neighbors.fault());
    }

    private @Nullable String faultOf(IpAddress to, long mac, long from, int type) {
        OutboundPacket packet = new OutboundPacket();
        new Ipv4Header()
                .emit(packet.header(), 0, 0)
                .protocol(IpProtocol.TCP)
                .source(HOST.v4())
                .destination(to.v4())
                .updateChecksum();
        packet.header(Ipv4Header.MIN_LENGTH, Ipv4Header.MIN_LENGTH, IpProtocol.TCP, false);
        EthernetHeader.write(packet.linkHeader(), 0, mac, from, type);
        ethernet.emit(packet.linkHeaderLength(EthernetHeader.LENGTH), 0);
        BackEnd.Captured captured = Objects.requireNonNull(packets.poll());
        assertEquals(Ipv4Header.MIN_LENGTH, captured.packet().readableBytes());
        captured.packet().release();
        return neighbors.fault();
    }

    @Test
    void packetsGoToWhoeverHasTheirNextHop() {
        int type = EthernetHeader.IPV4;
        assertNull(faultOf(PEER, Stations.macOf(PEER), MAC, type));
        assertNull(faultOf(FAR, Stations.macOf(GATEWAY), MAC, type));
        assertNull(faultOf(IpAddress.parse("224.1.2.3"), 0x0100_5E01_0203L, MAC, type));
        assertNull(faultOf(IpAddress.parse("192.168.255.255"), EthernetHeader.BROADCAST, MAC, type));
        assertEquals(
                "the frame of a packet to 192.0.2.1 goes to " + EthernetHeader.text(Stations.macOf(FAR))
                        + " rather than to " + EthernetHeader.text(Stations.macOf(PEER)),
                faultOf(PEER, Stations.macOf(FAR), MAC, type));
    }

    @Test
    void framesComeFromTheHost() {
        assertNotNull(faultOf(PEER, Stations.macOf(PEER), Stations.macOf(FAR), EthernetHeader.IPV4));
    }

    @Test
    void framesSayWhatTheyCarry() {
        assertNotNull(faultOf(PEER, Stations.macOf(PEER), MAC, EthernetHeader.IPV6));
    }

    @Test
    void packetsOfTheScriptArePadded() {
        ByteBuffer b = ByteBuffer.allocate(Ipv4Header.MIN_LENGTH);
        new Ipv4Header().emit(b, 0, 0).source(PEER.v4()).destination(HOST.v4()).updateChecksum();
        ByteBuf made = neighbors.toHost(Unpooled.wrappedBuffer(b));
        EthernetHeader frame = new EthernetHeader();
        assertTrue(frame.wrap(made.nioBuffer(), 0, made.readableBytes()));
        assertEquals(60, made.readableBytes());
        assertEquals(MAC, frame.destination());
        assertEquals(Stations.macOf(PEER), frame.source());
        made.release();
    }

    /** A run over a back end whose link was used wrongly fails where that was. */
    @Test
    void faultsFailScripts() throws ScriptSyntaxException {
        RunConfig config = RunConfig.of(Personality.standard()).link(LinkKind.ETHERNET);
        ScriptRunner runner = new ScriptRunner(config, Definitions.none(), c -> {
            BackEnd right = new SimulatedBackEnd(c);
            return (BackEnd) Proxy.newProxyInstance(
                    BackEnd.class.getClassLoader(),
                    new Class<?>[] {BackEnd.class},
                    (proxy, method, arguments) ->
                            method.getName().equals("linkFault") ? "wrong MAC" : method.invoke(right, arguments));
        });
        String text = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n";
        RunResult result = runner.run(ScriptParser.parse(new ScriptSource("test", text), Definitions.none()));
        assertTrue(result.failure().orElse("").contains("test:1:1: wrong MAC"), result::toString);
    }
}
