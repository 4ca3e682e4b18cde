package io.sluice.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.event.SocketError;
import io.sluice.host.OneHost;
import io.sluice.ip.Packets;
import io.sluice.udp.DatagramOptions;
import io.sluice.udp.DatagramOptions.Fragments;
import io.sluice.udp.Experiment;
import io.sluice.udp.FragmentReport;
import io.sluice.udp.OptionRules;
import io.sluice.udp.OptionRules.FragmentOrigin;
import io.sluice.udp.OptionRules.PayloadChecksumOrder;
import io.sluice.udp.ReceivedOptions;
import io.sluice.udp.ReceivedOptions.Outcome;
import io.sluice.udp.SendOptions;
import io.sluice.udp.UdpSocketOptions.OptionReception;
import io.sluice.wire.UdpOptionKind;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UDP options from socket to socket (RFC 9868). */
class UdpOptionsTest extends TwoUdpHosts {
    private static final DatagramOptions ALL = DatagramOptions.builder()
            .payloadChecksum()
            .maxDatagramSize()
            .maxReassembled()
            .request(0xDEAD_BEEF)
            .time(77, 66)
            .experiment(new Experiment(false, 0xABCD, new byte[] {1, 2, 3}))
            .experiment(new Experiment(false, 0xABCD, new byte[400]))
            .build();

    private UdpSocket sender(boolean ipv6) {
        return bound(socketsA, OneHost.own(ipv6));
    }

    private UdpSocket receiver(boolean ipv6) {
        UdpSocket socket = bound(socketsB, OneHost.peer(ipv6));
        socket.options().optionReception = OptionReception.PROCESS;
        return socket;
    }

    private void send(UdpSocket from, boolean ipv6, int length, DatagramOptions options) {
        check(from.send(buffer(length), endpoint(OneHost.peer(ipv6)), SendOptions.of(options), a.nowNs));
        OneHost.exchange(a, b);
    }

    private ReceivedOptions options() {
        ReceivedOptions options = received.options();
        assertNotNull(options);
        return options;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyOptionArrives(boolean ipv6) {
        UdpSocket to = receiver(ipv6);
        UdpSocket from = sender(ipv6);
        for (int length : new int[] {0, 1, 8, 101}) {
            send(from, ipv6, length, ALL);
            assertArrayEquals(Packets.payload(length), receive(to));
            DatagramOptions o = options().options();
            assertEquals(Outcome.PROCESSED, options().outcome());
            assertTrue(o.hasPayloadChecksum());
            assertFalse(options().isPayloadChecksumWrong());
            assertEquals(1500 - (ipv6 ? 48 : 28), o.maxDatagramSize());
            assertEquals(65_535, o.maxReassembledSize());
            assertEquals(64, o.maxReassembledSegments());
            assertEquals(0xDEAD_BEEF, o.request());
            assertFalse(o.hasResponse());
            assertEquals(77, o.timeValue());
            assertEquals(66, o.timeEcho());
            assertEquals(ALL.experiments(), o.experiments());
            assertEquals(List.of(), options().ignoredKinds());
        }
        assertEquals(4, b.host.counters().get(Counter.UDP_OPTION_AREAS_IN));
    }

    @Test
    void aReceiverThatDoesNotKnowOptionsGetsTheData() {
        UdpSocket to = bound(socketsB, OneHost.PEER4);
        send(sender(false), false, 33, ALL);
        assertArrayEquals(Packets.payload(33), receive(to));
        assertNull(received.options());
    }

    @Test
    void onlyWhatWasAskedForCanBeAnswered() {
        UdpSocket to = receiver(false);
        UdpSocket from = sender(false);
        from.options().optionReception = OptionReception.PROCESS;
        send(from, false, 1, ALL);
        receive(to);
        DatagramOptions answer = DatagramOptions.builder().respondTo(options()).build();
        check(to.send(buffer(2), endpoint(OneHost.OWN4), SendOptions.of(answer), 0));
        OneHost.exchange(a, b);
        assertEquals(2, receive(from).length);
        assertTrue(options().options().hasResponse());
        assertEquals(0xDEAD_BEEF, options().options().response());
        ReceivedOptions withoutRequest = options();
        assertThrows(
                IllegalArgumentException.class, () -> DatagramOptions.builder().respondTo(withoutRequest));
        assertThrows(
                IllegalArgumentException.class, () -> DatagramOptions.builder().time(0, 1));
    }

    @Test
    void optionsOfTheSocketGoWithEveryDatagram() {
        UdpSocket to = receiver(false);
        UdpSocket from = sender(false);
        from.options().datagramOptions =
                DatagramOptions.builder().payloadChecksum().build();
        check(from.send(buffer(9), endpoint(OneHost.PEER4), 0));
        check(from.send(buffer(9), endpoint(OneHost.PEER4), SendOptions.of(DatagramOptions.NONE), 0));
        OneHost.exchange(a, b);
        receive(to);
        assertTrue(options().options().hasPayloadChecksum());
        receive(to);
        assertNull(received.options());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fragmentsAreReassembled(boolean ipv6) {
        UdpSocket to = receiver(ipv6);
        UdpSocket from = sender(ipv6);
        from.options().peerMaxReassembledBytes = 65_535;
        from.options().peerMaxReassembledSegments = 64;
        DatagramOptions o = DatagramOptions.builder()
                .payloadChecksum()
                .request(5)
                .fragments(Fragments.WHERE_NEEDED)
                .build();
        for (int length : new int[] {0, 100, 1460, 1500, 2800, 4001, 60_000}) {
            send(from, ipv6, length, o);
            assertArrayEquals(Packets.payload(length), receive(to));
            assertEquals(Outcome.PROCESSED, options().outcome());
            assertFalse(options().isPayloadChecksumWrong());
            assertEquals(5, options().options().request());
        }
        assertEquals(0, a.host.counters().get(Counter.IP_FRAGMENTS_OUT));
        assertEquals(5, b.host.counters().get(Counter.UDP_REASSEMBLED));
        assertEquals(0, b.host.udp().heldFragments());
        assertEquals(
                a.host.counters().get(Counter.UDP_FRAGMENTS_OUT),
                b.host.counters().get(Counter.UDP_FRAGMENTS_IN));
        b.assertNothingLost();
    }

    @Test
    void whatThePeerNeedNotReassembleIsRefused() {
        UdpSocket from = sender(false);
        DatagramOptions o =
                DatagramOptions.builder().fragments(Fragments.ALWAYS).build();
        // RFC 9868 §11.6: 2926 octets with the UDP header, in 2 fragments
        assertNull(from.send(buffer(2900), endpoint(OneHost.PEER4), SendOptions.of(o), 0));
        ByteBuf large = buffer(2919);
        assertEquals(SocketError.MESSAGE_TOO_LONG, from.send(large, endpoint(OneHost.PEER4), SendOptions.of(o), 0));
        large.release();
        ByteBuf inThree = buffer(500);
        DatagramOptions small = DatagramOptions.builder()
                .fragments(Fragments.ALWAYS)
                .maxFragmentBytes(200)
                .build();
        assertEquals(
                SocketError.MESSAGE_TOO_LONG, from.send(inThree, endpoint(OneHost.PEER4), SendOptions.of(small), 0));
        inThree.release();
    }

    /** RFC 9868 §20: what a connected peer says it can reassemble is remembered. */
    @Test
    void aConnectedPeerSaysWhatItCanReassemble() {
        UdpSocket to = receiver(false);
        UdpSocket from = sender(false);
        from.options().optionReception = OptionReception.PROCESS;
        check(from.connect(endpoint(OneHost.PEER4), 0));
        DatagramOptions mine = DatagramOptions.builder().maxReassembled().build();
        check(to.send(buffer(1), endpoint(OneHost.OWN4), SendOptions.of(mine), 0));
        OneHost.exchange(a, b);
        receive(from);
        send(
                from,
                false,
                20_000,
                DatagramOptions.builder().fragments(Fragments.WHERE_NEEDED).build());
        assertEquals(20_000, receive(to).length);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyReadingOfTheTextUnderstandsItself(boolean other) {
        OptionRules rules = other
                ? OptionRules.STANDARD.with(FragmentOrigin.USER_DATA).with(PayloadChecksumOrder.ISCSI)
                : OptionRules.STANDARD;
        UdpSocket to = receiver(false);
        UdpSocket from = sender(false);
        to.options().optionRules = rules;
        from.options().optionRules = rules;
        DatagramOptions o = DatagramOptions.builder()
                .payloadChecksum()
                .fragments(Fragments.ALWAYS)
                .build();
        for (int length : new int[] {10, 2000}) {
            send(from, false, length, o);
            assertArrayEquals(Packets.payload(length), receive(to));
            assertFalse(options().isPayloadChecksumWrong());
        }
        to.options().optionRules =
                OptionRules.STANDARD.with(other ? PayloadChecksumOrder.NETWORK : PayloadChecksumOrder.ISCSI);
        from.options().optionRules = rules.with(FragmentOrigin.UDP_HEADER);
        send(from, false, 10, o);
        receive(to);
        assertTrue(options().isPayloadChecksumWrong()); // delivered all the same
    }

    @Test
    void unsafeOptionsAreForThoseThatUnderstandThem() {
        UdpSocket to = receiver(false);
        UdpSocket from = sender(false);
        DatagramOptions o = DatagramOptions.builder()
                .experiment(new Experiment(true, 0x1234, new byte[] {9}))
                .build();
        send(from, false, 10, o);
        assertFalse(to.receive(received));
        assertEquals(1, b.host.counters().get(DropReason.UDP_OPTION_UNSAFE));
        to.options().unsafeExperiments = Set.of(0x1234);
        send(from, false, 10, o);
        assertArrayEquals(Packets.payload(10), receive(to));
        assertEquals(o.experiments(), options().options().experiments());
        // a plain receiver sees an empty datagram (RFC 9868 §12)
        to.options().optionReception = OptionReception.IGNORE;
        send(from, false, 10, o);
        assertEquals(0, receive(to).length);
    }

    /** An UNSAFE option of one fragment spoils the datagram, whichever fragment comes first. */
    @Test
    void unsafeOptionsOfFragments() {
        UdpSocket to = receiver(false);
        UdpSocket from = sender(false);
        DatagramOptions o = DatagramOptions.builder()
                .perFragment(DatagramOptions.builder()
                        .experiment(new Experiment(true, 1, new byte[0]))
                        .build())
                .build();
        assertEquals(Fragments.ALWAYS, o.fragments());
        send(from, false, 2000, o);
        assertFalse(to.receive(received));
        assertEquals(0, b.host.udp().heldFragments());
        to.options().unsafeExperiments = Set.of(1);
        send(from, false, 2000, o);
        assertEquals(2000, receive(to).length);
    }

    /** RFC 9868 §25.2: so that the order in which they were sent says nothing. */
    @Test
    void experimentsAreToldInTheOrderOfTheirNumbers() {
        UdpSocket to = receiver(false);
        Experiment seven = new Experiment(false, 7, new byte[] {1});
        Experiment again = new Experiment(false, 7, new byte[] {0});
        Experiment three = new Experiment(false, 3, new byte[0]);
        DatagramOptions o = DatagramOptions.builder()
                .experiment(seven)
                .experiment(three)
                .experiment(again)
                .build();
        send(sender(false), false, 3, o);
        receive(to);
        assertEquals(List.of(three, seven, again), options().options().experiments());
    }

    @Test
    void requiredOptions() {
        UdpSocket to = receiver(false);
        UdpSocket from = sender(false);
        to.options().requiredOptions = Set.of(UdpOptionKind.APC, UdpOptionKind.TIME);
        check(from.send(buffer(5), endpoint(OneHost.PEER4), 0));
        send(from, false, 5, DatagramOptions.builder().payloadChecksum().build());
        assertFalse(to.receive(received));
        assertEquals(2, b.host.counters().get(DropReason.UDP_OPTION_REQUIRED));
        send(from, false, 5, ALL);
        assertEquals(5, receive(to).length);
        to.options().optionReception = OptionReception.REFUSE;
        send(from, false, 5, ALL);
        assertFalse(to.receive(received));
        assertEquals(1, b.host.counters().get(DropReason.UDP_OPTIONS_REFUSED));
    }

    @Test
    void fragmentsMayHaveToHaveOptions() {
        UdpSocket to = receiver(false);
        UdpSocket from = sender(false);
        to.options().requiredFragmentOptions = Set.of(UdpOptionKind.MDS);
        DatagramOptions.Builder o = DatagramOptions.builder().fragments(Fragments.ALWAYS);
        send(from, false, 2000, o.build());
        assertFalse(to.receive(received));
        assertEquals(2, b.host.counters().get(DropReason.UDP_OPTION_REQUIRED));
        // §11.4: APC is none of a fragment's, and treated as an unknown one
        to.options().requiredFragmentOptions = Set.of(UdpOptionKind.APC);
        send(
                from,
                false,
                2000,
                o.perFragment(DatagramOptions.builder().payloadChecksum().build())
                        .build());
        assertFalse(to.receive(received));
        to.options().requiredFragmentOptions = Set.of(UdpOptionKind.MDS);
        to.options().reportFragmentOptions = true;
        send(
                from,
                false,
                2000,
                o.perFragment(DatagramOptions.builder()
                                .maxDatagramSize(1000)
                                .request(3)
                                .time(9, 8)
                                .build())
                        .build());
        assertEquals(2000, receive(to).length);
        FragmentReport report = options().fragments();
        assertNotNull(report);
        assertEquals(2, report.fragments());
        assertEquals(1000, report.options().maxDatagramSize());
        assertEquals(3, report.options().request());
        assertEquals(9, report.leastTimeValue());
        assertEquals(8, report.options().timeEcho());
    }

    /** RFC 9868 §9: OCS may be left out only where UDP's checksum is, and is not left out unless that is asked for. */
    @Test
    void withoutChecksums() {
        UdpSocket to = receiver(false);
        UdpSocket from = sender(false);
        for (boolean optionChecksum : new boolean[] {true, false}) {
            for (boolean checksum : new boolean[] {true, false}) {
                from.options().checksum4 = checksum;
                OptionRules s = OptionRules.STANDARD;
                from.options().optionRules = new OptionRules(
                        s.fragmentOrigin(),
                        s.payloadChecksumOrder(),
                        s.unsafeOutsideFragment(),
                        s.duplicateFragments(),
                        true,
                        false,
                        s.maxOptions(),
                        optionChecksum);
                check(from.send(buffer(10), endpoint(OneHost.PEER4), SendOptions.of(ALL), 0));
                byte[] packet = a.transmitOne();
                assertEquals(!checksum && !optionChecksum, packet[38] == 0 && packet[39] == 0);
                assertEquals(!checksum, packet[26] == 0 && packet[27] == 0);
                b.receive(packet);
                assertEquals(10, receive(to).length);
                assertEquals(Outcome.PROCESSED, options().outcome());
                send(
                        from,
                        false,
                        2000,
                        DatagramOptions.builder().fragments(Fragments.ALWAYS).build());
                assertEquals(2000, receive(to).length);
            }
        }
    }

    @Test
    void aDatagramIsFilledUpToALength() {
        receiver(false);
        UdpSocket from = sender(false);
        for (int data = 0; data < 4; data++) {
            DatagramOptions o =
                    DatagramOptions.builder().request(1).minLengthBytes(200).build();
            check(from.send(buffer(data), endpoint(OneHost.PEER4), SendOptions.of(o), 0));
            byte[] packet = a.transmitOne();
            assertEquals(220, packet.length);
            b.receive(packet);
        }
        assertEquals(4, b.host.counters().get(Counter.UDP_OPTION_AREAS_IN));
    }
}
