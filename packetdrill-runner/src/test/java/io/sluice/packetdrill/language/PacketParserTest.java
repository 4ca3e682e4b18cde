package io.sluice.packetdrill.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets of every kind. */
final class PacketParserTest {
    @Test
    void segmentHasAllItsFields() throws ScriptSyntaxException {
        Packet packet = Parsing.packet("< 1234 > 80 FP.U 5:15(10) ack 7 win 1000 urg 3 <nop>/udp(9899 > 54321)");
        assertEquals(Packet.Direction.INBOUND, packet.direction());
        Transport.TcpSegment segment = (Transport.TcpSegment) packet.payload();
        assertEquals(1234, segment.ports().orElseThrow().source());
        assertEquals(80, segment.ports().orElseThrow().destination());
        assertEquals(
                TcpFlags.FIN | TcpFlags.PSH | TcpFlags.ACK | TcpFlags.URG,
                segment.flags().bits());
        assertEquals(5, segment.sequence().start());
        assertEquals(15, segment.sequence().end());
        assertEquals(10, segment.sequence().lengthBytes());
        assertEquals(OptionalLong.of(7), segment.acknowledgment());
        assertEquals(OptionalInt.of(1000), segment.window());
        assertEquals(OptionalInt.of(3), segment.urgentPointer());
        assertEquals(9899, segment.udp().orElseThrow().source());
        assertEquals(54321, segment.udp().orElseThrow().destination());
    }

    @Test
    void missingFieldsAreEmpty() throws ScriptSyntaxException {
        Transport.TcpSegment segment = Parsing.segment("> S 0:0(0)");
        assertEquals(OptionalLong.empty(), segment.acknowledgment());
        assertEquals(OptionalInt.empty(), segment.window());
        assertEquals(new TcpOptions.Listed(List.of()), segment.options());
        assertEquals(Optional.empty(), segment.udp());
        assertEquals(Optional.empty(), Parsing.packet("> S 0:0(0)").ip());
    }

    @Test
    void flagsAreLettersDotAndDigit() throws ScriptSyntaxException {
        assertEquals(
                TcpFlags.SYN | TcpFlags.ECE | TcpFlags.CWR | TcpFlags.AE,
                flags("SEWA").bits());
        assertEquals(TcpFlags.FIN | TcpFlags.ACK, flags("F .").bits());
        assertEquals(TcpFlags.ACK | TcpFlags.PSH | TcpFlags.ECE, flags("P.E").bits());
        assertEquals(0, flags("-").bits());
        assertEquals(OptionalInt.of(5), flags("P.5").ace());
        assertEquals(TcpFlags.ACK | TcpFlags.PSH, flags("P.5").bits());
        assertEquals(OptionalInt.of(7), flags(".7").ace());
        assertEquals(OptionalInt.of(0), flags("S0").ace());
        assertEquals("FSRP.UEWA", flags("AWEU.PRSF").letters());
        assertTrue(flags("S.").has(TcpFlags.SYN | TcpFlags.ACK));
    }

    private static TcpFlags flags(String letters) throws ScriptSyntaxException {
        return Parsing.segment("> " + letters + " 1:1(0)").flags();
    }

    @Test
    void sequenceNumbersAreRelativeAbsoluteOrIgnored() throws ScriptSyntaxException {
        assertEquals(
                SequenceRange.Numbering.RELATIVE,
                Parsing.segment("> . 1:1(0)").sequence().numbering());
        assertEquals(
                SequenceRange.Numbering.ABSOLUTE,
                Parsing.segment("> R. 0:0(0)! ack 1").sequence().numbering());
        SequenceRange ignored = Parsing.segment("> S.   ...(7) ack 1").sequence();
        assertEquals(SequenceRange.Numbering.IGNORED, ignored.numbering());
        assertEquals(7, ignored.lengthBytes());
        assertEquals(4, Parsing.segment("> . 4294967295:4(5)").sequence().end());
    }

    @Test
    void ipFieldsComeInBothBrackets() throws ScriptSyntaxException {
        IpFields all = Parsing.packet("> (dscp ef, ecn ect0, ttl 64, flowlabel 0xabcde) . 1:1(0)")
                .ip()
                .orElseThrow();
        assertEquals(OptionalInt.of(46), all.dscp());
        assertEquals(Optional.of(IpFields.Ecn.ECT0), all.ecn());
        assertEquals(OptionalInt.of(64), all.timeToLive());
        assertEquals(OptionalInt.of(0xABCDE), all.flowLabel());
        assertEquals(OptionalInt.of(0xE0), fields("(class 0xe0)").trafficClass());
        assertEquals(OptionalInt.of(0x10), fields("(tos 0x10)").trafficClass());
        assertEquals(OptionalInt.of(255), fields("(hlim 255)").timeToLive());
        assertEquals(Optional.of(IpFields.Ecn.CE), fields("[ce]").ecn());
        assertEquals(Optional.of(IpFields.Ecn.NOT_ECT), fields("[noecn]").ecn());
        assertEquals(Optional.of(IpFields.Ecn.ECT0_OR_ECT1), fields("[ect01]").ecn());
        assertEquals(OptionalInt.of(44), fields("(dscp voice-admit)").dscp());
        assertEquals(OptionalInt.of(0x2e), fields("(dscp 0x2e)").dscp());
    }

    private static IpFields fields(String text) throws ScriptSyntaxException {
        return Parsing.packet(">" + text + " . 1:1(0)").ip().orElseThrow();
    }

    @Test
    void resetReasonIsThePayloadOfAReset() throws ScriptSyntaxException {
        Transport.ResetReason reason = Parsing.segment("> R. 1:9(8) ack 1 win 0 [code 4, pen 11]")
                .resetReason()
                .orElseThrow();
        assertEquals(4, reason.code());
        assertEquals(11, reason.enterpriseNumber());
    }

    @Test
    void icmpNamesTypeCodeAndQuotedPacket() throws ScriptSyntaxException {
        Transport.IcmpMessage full = icmp("< icmp unreachable frag_needed mtu 1200 [1:1461(1460)]");
        assertEquals("unreachable", full.type());
        assertEquals(Optional.of("frag_needed"), full.code());
        assertEquals(OptionalLong.of(1200), full.mtu());
        Transport.Quoted.Segment quoted =
                (Transport.Quoted.Segment) full.quoted().orElseThrow();
        assertEquals(1460, quoted.sequence().lengthBytes());
        Transport.Quoted.Segment tunnelled =
                (Transport.Quoted.Segment) icmp("< icmp packet_too_big mtu 1280 [0:0(0)/udp(9899 > 2)]")
                        .quoted()
                        .orElseThrow();
        assertEquals(9899, tunnelled.udp().orElseThrow().source());
        Transport.IcmpMessage bare = icmp("< icmp unreachable");
        assertEquals(Optional.empty(), bare.code());
        assertEquals(Optional.empty(), bare.quoted());
        assertEquals(OptionalInt.of(77), icmp("> icmp echo_reply id 77").echoIdentifier());
        assertTrue(icmp("< icmp unreachable [udp (1000)]").quoted().orElseThrow() instanceof Transport.Quoted.Datagram);
        assertTrue(icmp("< icmp unreachable [raw (8)]").quoted().orElseThrow() instanceof Transport.Quoted.Raw);
    }

    private static Transport.IcmpMessage icmp(String text) throws ScriptSyntaxException {
        return (Transport.IcmpMessage) Parsing.packet(text).payload();
    }

    @Test
    void udpHasALength() throws ScriptSyntaxException {
        Transport.UdpDatagram datagram =
                (Transport.UdpDatagram) Parsing.packet("< udp 7 > 8 (1000)").payload();
        assertEquals(1000, datagram.payloadBytes());
        assertEquals(7, datagram.ports().orElseThrow().source());
        assertEquals(
                Optional.empty(),
                ((Transport.UdpDatagram) Parsing.packet("> udp (10)").payload()).ports());
    }

    @Test
    void udpHasOptions() throws ScriptSyntaxException {
        Transport.UdpDatagram datagram =
                (Transport.UdpDatagram) Parsing.packet("> udp (0) <frag 20 ... 8, mds 0x10, eol, zeros 3>")
                        .payload();
        assertEquals("[frag 20 ... 8, mds 16, eol, zeros 3]", datagram.options().toString());
        for (String wrong : new String[] {"<>", "<mds>", "<mds 1 2>", "<mss 1>", "<mds 1", "<mrds 1>"}) {
            assertThrows(ScriptSyntaxException.class, () -> Parsing.packet("> udp (0) " + wrong), wrong);
        }
    }

    @Test
    void encapsulationsNest() throws ScriptSyntaxException {
        List<Encapsulation> headers = Parsing.packet("> ipv4 (ttl 9) 192.0.2.1 > 198.51.100.2: gre:"
                        + " ipv6 2001:db8::1 > fd3d:0a0b:17d6:8888::2: mpls (label 5, tc 1, ttl 3)(label 0, tc 0,"
                        + " [S], ttl 64): . 1:1(0)")
                .encapsulations();
        assertEquals(4, headers.size());
        Encapsulation.Ipv4 ipv4 = (Encapsulation.Ipv4) headers.get(0);
        assertEquals("192.0.2.1", ipv4.source());
        assertEquals("198.51.100.2", ipv4.destination());
        assertEquals(OptionalInt.of(9), ipv4.fields().orElseThrow().timeToLive());
        Encapsulation.Ipv6 ipv6 = (Encapsulation.Ipv6) headers.get(2);
        assertEquals("2001:db8::1", ipv6.source());
        assertEquals("fd3d:0a0b:17d6:8888::2", ipv6.destination());
        List<Encapsulation.MplsLabel> labels = ((Encapsulation.Mpls) headers.get(3)).labels();
        assertEquals(5, labels.get(0).label());
        assertTrue(labels.get(1).bottom());
    }

    @Test
    void greHasFlagsAndNumbers() throws ScriptSyntaxException {
        Encapsulation.Gre gre = (Encapsulation.Gre) Parsing.packet(
                        "< gre flags [checksum present, key present, sequence# present], sum 0x1, off 2, key=3, seq 4:"
                                + " . 1:1(0) win 1")
                .encapsulations()
                .get(0);
        Encapsulation.GreHeader header = gre.header().orElseThrow();
        assertEquals(0xB000, header.flags());
        assertEquals(
                List.of(1L, 2L, 3L, 4L),
                List.of((long) header.checksum(), (long) header.offset(), header.key(), header.sequence()));
        assertEquals(
                0,
                ((Encapsulation.Gre) Parsing.packet("> GREv0, flags [none] sum 0 off 0 key 0 seq 0: . 1:1(0)")
                                .encapsulations()
                                .get(0))
                        .header()
                        .orElseThrow()
                        .flags());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "> . 1:1(0) ack 1 win 5 <mss 1460,nop,wscale 6,sackOK,TS val 1 ecr 0>",
                "> . 1:1(0) ack 1 <nop,nop,sack 1:2 3:4 5:6>",
                "> . 1:1(0) <nop,TS val ... ecr 77!>",
                "> S 0:0(0) <FO>",
                "> S 0:0(0) <FO 0011223344556677,FOEXP,FOEXP aabb,eol,eol>",
                "< . 1:1(0) win 1 <md5 valid>",
                "< . 1:1(0) win 1 <md5 000102030405060708090a0b0c0d0e0f,nop,nop>",
                "< . 1:1(0) win 1 <ao keyid 1 rnext 2 valid>",
                "< . 1:1(0) win 1 <ao keyid 1 rnext 2 0102030405060708090a0b0c>",
                "> . 1:1(0) <AccECN0 ee0b 1 eceb 2 ee1b 3>",
                "> . 1:1(0) <AccECN1 ee1b 1 eceb 2>",
                "> . 1:1(0) <AccECN0,exp-AccECN1 ee1b 16777215,nop>",
                "> . 1:1(0) <ECN e0b 1 ceb 2 e1b 3,nop>",
                "> . 1:1(0) <ECN e1b 1 ceb 2 e0b 16777215>",
                "> . 1:1(0) <ECN e1b 1 ceb 2,ECN e0b 3>",
                "> . 1:1(0) <ECN,sack 1:2>",
                "> . 1:1(0) <exp-tarr,exp-tarr 127>",
                "> . 1:1(0) <gen-253 0102,gen-77>",
                "> . 1:1(0) <exp-f989 0102,exp-1234>",
                "> . 1:1(0) <...>",
                "> . 1:1(0) <0204ffff>",
                "> . 1:1(0) <01010101>",
            })
    void optionsSurvivePrinting(String text) throws ScriptSyntaxException {
        assertEquals("+0 " + text + "\n", Parsing.printed("+0 " + text));
    }

    @Test
    void optionsHaveValues() throws ScriptSyntaxException {
        TcpOptions.Listed listed = (TcpOptions.Listed) Parsing.segment(
                        "> . 1:1(0) <mss 1460,wscale 6,TS val 5 ecr 6!,sack 1:2 3:4,AccECN1 ee1b 7 eceb 8,gen-253 0aff>")
                .options();
        List<TcpOption> options = listed.options();
        assertEquals(1460, ((TcpOption.MaximumSegmentSize) options.get(0)).bytes());
        assertEquals(6, ((TcpOption.WindowScale) options.get(1)).shift());
        TcpOption.Timestamps timestamps = (TcpOption.Timestamps) options.get(2);
        assertEquals(OptionalLong.of(5), timestamps.value());
        assertEquals(6, timestamps.echoReply());
        assertTrue(timestamps.absoluteEcho());
        assertEquals(3, ((TcpOption.Sack) options.get(3)).blocks().get(1).left());
        assertEquals(List.of(7, 8), ((TcpOption.AccurateEcn) options.get(4)).counters());
        TcpOption.Generic generic = (TcpOption.Generic) options.get(5);
        assertEquals(253, generic.kind());
        assertEquals(-1, generic.data().orElseThrow().octets().orElseThrow()[1]);
    }
}
