package io.sluice.tls.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sluice.tls.Certificates;
import io.sluice.tls.ClientAuthentication;
import io.sluice.tls.HandshakeDriver;
import io.sluice.tls.HandshakeEnds;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsVersion;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** record_size_limit (RFC 8449) is negotiated, kept to in the handshake, and handed over with the keys. */
final class RecordSizeLimitTest extends HandshakeEnds {
    private static final int HEADER = 5;
    private static final int TAG = 16;
    private static final int MAX = 1 << 14;
    private static final byte FRAGMENTS_OF_512 = 1;

    private final BouncyCastleHandshakes clients = new BouncyCastleHandshakes();
    private final BouncyCastleHandshakes servers = new BouncyCastleHandshakes();
    private int largestOfClient;
    private int largestOfServer;

    private static TlsParameters.Builder asking() {
        return TlsParameters.server(RSA)
                .authenticateClients(ClientAuthentication.REQUIRED, Certificates.trusting(CLIENT));
    }

    /** A handshake, and the largest records that each side protects in it. */
    private void shake(TlsParameters ofClient, TlsParameters ofServer) throws IOException {
        client = new HandshakeDriver(clients.start(ofClient));
        server = new HandshakeDriver(servers.start(ofServer));
        largestOfClient = 0;
        largestOfServer = 0;
        for (int flight = 0; flight < 4; flight++) {
            byte[] fromClient = ByteBufUtil.getBytes(client.takeOutput());
            largestOfClient = Math.max(largestOfClient, largest(fromClient));
            server.onOctets(Unpooled.wrappedBuffer(fromClient));
            byte[] fromServer = ByteBufUtil.getBytes(server.takeOutput());
            largestOfServer = Math.max(largestOfServer, largest(fromServer));
            client.onOctets(Unpooled.wrappedBuffer(fromServer));
        }
    }

    /** Octets of the largest TLSInnerPlaintext. */
    private static int largest(byte[] records) {
        int most = 0;
        for (int at = 0; at < records.length; ) {
            int length = (records[at + 3] & 0xFF) << 8 | (records[at + 4] & 0xFF);
            most = records[at] == 23 ? Math.max(most, length - TAG) : most;
            at += HEADER + length;
        }
        return most;
    }

    private void assertLimits(int ofClient, int ofServer) {
        assertEquals(ofClient, of(client).receive().contentLimit());
        assertEquals(ofClient, of(server).transmit().contentLimit());
        assertEquals(ofServer, of(server).receive().contentLimit());
        assertEquals(ofServer, of(client).transmit().contentLimit());
    }

    /** RFC 8449 §4: "the complete length of TLSInnerPlaintext"; "the protected handshake message" counts. */
    @ParameterizedTest
    @CsvSource({"64, 64", "64, 300", "200, 100", "16385, 300"})
    void bothSidesKeepToWhatTheOtherTakes(int ofClient, int ofServer) throws IOException {
        TlsParameters.Builder c = client().identity(CLIENT).recordSizeLimit(ofClient);
        TlsParameters s = asking().recordSizeLimit(ofServer).build();
        shake(c.versions(TlsVersion.TLS_1_3).build(), s);
        assertLimits(ofClient - 1, ofServer - 1);
        assertTrue(largestOfServer <= ofClient, "of the server: " + largestOfServer);
        assertEquals(ofServer, largestOfClient, "a certificate fills records");
        assertTrue(ofClient > MAX || largestOfServer == ofClient, "the server's, too: " + largestOfServer);
        assertKeysFit();
        shake(c.versions(TlsVersion.TLS_1_2).build(), s);
        assertLimits(Math.min(MAX, ofClient), ofServer);
        assertKeysFit();
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void withoutALimitRecordsAreAsLargeAsTheyCanBe(TlsVersion version) throws IOException {
        shake(client().versions(version).identity(CLIENT).build(), asking().build());
        assertLimits(MAX, MAX);
    }

    /** RFC 8449 §4: "During renegotiation or resumption, the record size limit is renegotiated", if it is. */
    @Test
    void aResumedSessionHasLimitsOfItsOwn() throws IOException {
        TlsParameters s = TlsParameters.server(RSA).recordSizeLimit(300).build();
        TlsParameters c =
                client().versions(TlsVersion.TLS_1_2).recordSizeLimit(300).build();
        List<Map<Integer, byte[]>> told = List.of(limit(100), limit(200), Map.of());
        int[] limits = {100, 200, MAX};
        TlsSession[] ofBareClient = new TlsSession[1];
        TlsSession[] ofBareServer = new TlsSession[1];
        for (int i = 0; i < limits.length; i++) {
            server = new HandshakeDriver(servers.start(s));
            BareEnds.talk(BareEnds.client(TlsVersion.TLS_1_2, CLIENT, told.get(i), ofBareClient), server);
            client = new HandshakeDriver(clients.start(c));
            BareEnds.talk(BareEnds.server(TlsVersion.TLS_1_2, RSA, told.get(i), ofBareServer), client);
            for (HandshakeDriver side : List.of(client, server)) {
                assertEquals(i > 0, of(side).resumed());
                assertEquals(limits[i], of(side).transmit().contentLimit());
                assertEquals(limits[i] == MAX ? MAX : 300, of(side).receive().contentLimit());
            }
        }
    }

    private HandshakeDriver ourServer(TlsParameters.Builder parameters) throws IOException {
        server = new HandshakeDriver(servers.start(parameters.build()));
        return server;
    }

    private HandshakeDriver ourClient(TlsParameters.Builder parameters) throws IOException {
        client = new HandshakeDriver(clients.start(parameters.build()));
        return client;
    }

    private static Map<Integer, byte[]> limit(int octets) {
        return Map.of(TlsExtensionsUtils.EXT_record_size_limit, new byte[] {(byte) (octets >>> 8), (byte) octets});
    }

    /** RFC 8449 §4: "An endpoint MUST treat receipt of a smaller value as a fatal error". */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void lessThan64IsAnIllegalParameter(TlsVersion version) throws IOException {
        for (int octets : new int[] {0, 63}) {
            BareEnds.assertRefused(
                    AlertDescription.illegal_parameter,
                    BareEnds.client(version, CLIENT, limit(octets)),
                    ourServer(asking()));
            BareEnds.assertRefused(
                    AlertDescription.illegal_parameter,
                    BareEnds.server(version, RSA, limit(octets)),
                    ourClient(client().versions(version)));
        }
        assertThrows(IllegalArgumentException.class, () -> client().recordSizeLimit(63));
        assertThrows(IllegalArgumentException.class, () -> client().recordSizeLimit(MAX + 2));
    }

    /** RFC 8449 §4: "A server MUST NOT enforce this restriction", and no side sends more than the protocol allows. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void moreThanTheProtocolAllowsIsNoLimit(TlsVersion version) throws IOException {
        BareEnds.talk(BareEnds.client(version, CLIENT, limit(65_535)), ourServer(asking()));
        assertEquals(MAX, of(server).transmit().contentLimit());
        BareEnds.talk(BareEnds.server(version, RSA, limit(65_535)), ourClient(client().versions(version)));
        assertEquals(MAX, of(client).transmit().contentLimit());
    }

    /** RFC 8449 §4: the alert record_overflow, for records of the handshake as well: here one with a certificate. */
    @Test
    void aRecordOfTheHandshakeBeyondTheLimitOverflows() throws IOException {
        BareEnds.assertRefused(
                AlertDescription.record_overflow,
                BareEnds.client(TlsVersion.TLS_1_3, CLIENT, limit(16_385)),
                ourServer(asking().recordSizeLimit(300)));
        BareEnds.assertRefused(
                AlertDescription.record_overflow,
                BareEnds.server(TlsVersion.TLS_1_3, RSA, limit(16_385)),
                ourClient(client().recordSizeLimit(300)));
    }

    /** Who does not know of the limit is not bound to it, and does not bind this side. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void aPeerThatDoesNotKnowTheExtension(TlsVersion version) throws IOException {
        BareEnds.talk(BareEnds.client(version, CLIENT, Map.of()), ourServer(asking().recordSizeLimit(300)));
        assertEquals(MAX, of(server).transmit().contentLimit());
        assertEquals(MAX, of(server).receive().contentLimit());
        BareEnds.talk(
                BareEnds.server(version, RSA, Map.of()),
                ourClient(client().versions(version).recordSizeLimit(300)));
        assertEquals(MAX, of(client).transmit().contentLimit());
        assertEquals(MAX, of(client).receive().contentLimit());
    }

    /** RFC 6066 §4 binds both directions; RFC 8449 §5: a server "MUST ignore" it beside record_size_limit. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void maxFragmentLength(TlsVersion version) throws IOException {
        Map<Integer, byte[]> extensions = new HashMap<>();
        extensions.put(TlsExtensionsUtils.EXT_max_fragment_length, new byte[] {FRAGMENTS_OF_512});
        BareEnds.talk(BareEnds.client(version, CLIENT, extensions), ourServer(asking()));
        assertEquals(512, of(server).transmit().contentLimit());
        assertEquals(512, of(server).receive().contentLimit());
        extensions.putAll(limit(1001));
        BareEnds.talk(BareEnds.client(version, CLIENT, extensions), ourServer(asking()));
        assertEquals(
                version == TlsVersion.TLS_1_3 ? 1000 : 1001,
                of(server).transmit().contentLimit());
        assertEquals(MAX, of(server).receive().contentLimit());
    }
}
