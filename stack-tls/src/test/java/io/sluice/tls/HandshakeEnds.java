package io.sluice.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;

/** A client and a server that shake hands without a network, whoever makes their handshakes. */
@SuppressWarnings("NullAway.Init") // each test begins with shake()
public class HandshakeEnds {
    protected static final TlsIdentity RSA = Certificates.identity("RSA", "server.example");
    protected static final TlsIdentity EC = Certificates.identity("EC", "server.example");
    protected static final TlsIdentity CLIENT = Certificates.identity("EC", "client.example");
    private static final int FLIGHTS = 10;

    protected HandshakeDriver client;
    protected HandshakeDriver server;

    /** What the client gets behind the handshake: tickets, which are the stack's. */
    private final ByteBuf behind = Unpooled.buffer();

    protected static TlsParameters.Builder client() {
        return TlsParameters.client("server.example", Certificates.trusting(RSA, EC));
    }

    /** Lets both talk until they agree, octet by octet if {@code step} is 1. */
    protected final void shake(
            TlsHandshakes clients, TlsParameters ofClient, TlsHandshakes servers, TlsParameters ofServer, int step)
            throws IOException {
        behind.clear();
        client = new HandshakeDriver(clients.start(ofClient));
        server = new HandshakeDriver(servers.start(ofServer));
        for (int flight = 0; flight < FLIGHTS; flight++) {
            pass(client, server, step);
            pass(server, client, step);
        }
    }

    protected final void pass(HandshakeDriver from, HandshakeDriver to, int step) throws IOException {
        ByteBuf all = from.takeOutput();
        while (all.isReadable()) {
            ByteBuf some = Unpooled.copiedBuffer(all.readSlice(Math.min(step, all.readableBytes())));
            to.onOctets(some);
            if (to.session() != null && to.equals(client)) {
                behind.writeBytes(some);
            }
            assertFalse(some.isReadable(), "nothing comes behind the handshake");
        }
    }

    /** What a side has agreed on. */
    protected static TlsSession of(HandshakeDriver side) {
        return Objects.requireNonNull(side.session());
    }

    /** What one side seals the other opens; then both are closed. */
    protected final void assertKeysFit() {
        assertFits(of(client).transmit(), of(server).receive(), Unpooled.EMPTY_BUFFER);
        assertFits(of(server).transmit(), of(client).receive(), behind);
        client.close();
        server.close();
    }

    private void assertFits(TrafficKeys transmit, TrafficKeys receive, ByteBuf tickets) {
        RecordSealer sealer = new RecordSealer(transmit, CipherSource.standard());
        RecordOpener opener = new RecordOpener(receive, CipherSource.standard());
        while (tickets.isReadable()) {
            byte[] ticket = new byte[tickets.readableBytes()];
            tickets.getBytes(tickets.readerIndex(), ticket);
            int length = opener.lengthOf(ticket, 0);
            byte[] content = new byte[length];
            int octets = opener.open(ticket, 0, length, content, 0);
            assertTrue(octets > 0);
            assertEquals(ContentType.HANDSHAKE, opener.type());
            client.onMessage(Unpooled.wrappedBuffer(content, 0, octets));
            tickets.skipBytes(length);
        }
        byte[] text = {1, 2, 3, 4};
        byte[] record = new byte[100];
        byte[] out = new byte[100];
        int length = sealer.seal(ContentType.APPLICATION_DATA, text, 0, text.length, record, 0);
        assertEquals(length, opener.lengthOf(record, 0));
        assertEquals(text.length, opener.open(record, 0, length, out, 0));
        assertArrayEquals(text, Arrays.copyOf(out, text.length));
    }
}
