package io.sluice.benchmarks.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.SocketError;
import io.sluice.host.Host;
import io.sluice.host.HostConfig;
import io.sluice.link.PacketMeta;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpAddress;
import java.util.SplittableRandom;

/**
 * Two hosts with an established connection whose windows are open: the client has sent segments of the wanted size,
 * the last of which, and the server's last acknowledgment, were kept. So packets that either side would accept next can be
 * made from these by moving their sequence or acknowledgment number on.
 */
final class EstablishedPair {
    private static final int SEQUENCE_OFFSET = 24;
    private static final int ACKNOWLEDGMENT_OFFSET = 28;
    private static final int CHECKSUM_OFFSET = 36;
    private static final long ROUND_TRIP_NS = 100_000;
    private static final int MAX_ROUNDS = 1000;

    private final CaptureLink clientLink;
    private final CaptureLink serverLink;
    private final PacketMeta clientMeta;
    private final PacketMeta serverMeta;
    final Host client;
    final Host server;
    final TcpSocket clientSocket;
    final TcpSocket serverSocket;

    /** What the client writes each time: octets of one segment. */
    final ByteBuf payload;

    /** The client's last data segment. */
    ByteBuf dataPacket = Unpooled.EMPTY_BUFFER;

    /** The server's last acknowledgment. */
    ByteBuf ackPacket = Unpooled.EMPTY_BUFFER;

    long nowNs;

    EstablishedPair(int segmentBytes, boolean offload) {
        clientLink = new CaptureLink(offload);
        serverLink = new CaptureLink(offload);
        clientMeta = new PacketMeta(clientLink).checksumTrusted(offload);
        serverMeta = new PacketMeta(serverLink).checksumTrusted(offload);
        client = host(clientLink, "10.0.0.1");
        server = host(serverLink, "10.0.0.2");
        Endpoint service = Endpoint.of("10.0.0.2", 80);
        TcpListener listener = new Sockets(server).listener();
        clientSocket = new Sockets(client).tcp();
        SocketError connecting = listener.bind(service) == null && listener.listen(1) == null
                ? clientSocket.connect(service, nowNs)
                : SocketError.ADDRESS_IN_USE;
        exchange();
        exchange();
        TcpSocket accepted = listener.accept();
        if (connecting != SocketError.IN_PROGRESS || accepted == null) {
            throw new IllegalStateException("no connection: " + connecting);
        }
        serverSocket = accepted;
        clientSocket.options().noDelay = true;
        serverSocket.options().noDelay = true;
        payload = Unpooled.directBuffer(segmentBytes, segmentBytes).writeZero(segmentBytes);
        openWindow(segmentBytes);
        clientLink.stopCapturing();
        serverLink.stopCapturing();
    }

    private static Host host(CaptureLink link, String address) {
        Host host = new Host(HostConfig.builder(new SplittableRandom(1)).build());
        host.addAddress(host.addInterface(link), IpAddress.parse(address), 24);
        return host;
    }

    /** Sends until a whole segment leaves at once. */
    private void openWindow(int segmentBytes) {
        for (int i = 0; i < MAX_ROUNDS && dataPacket.readableBytes() < segmentBytes; i++) {
            clientSocket.write(payload.readerIndex(0), true);
            exchange();
            exchange();
            for (ByteBuf in = serverSocket.read(segmentBytes); in != null; in = serverSocket.read(segmentBytes)) {
                in.release();
            }
        }
        if (dataPacket.readableBytes() < segmentBytes || serverSocket.readableBytes() > 0) {
            throw new IllegalStateException("the window does not open");
        }
    }

    private void exchange() {
        nowNs += ROUND_TRIP_NS;
        client.onTimer(nowNs);
        server.onTimer(nowNs);
        client.transmit(Integer.MAX_VALUE, nowNs);
        for (ByteBuf b = clientLink.captured().poll();
                b != null;
                b = clientLink.captured().poll()) {
            dataPacket = b;
            server.onPacket(b, serverMeta, nowNs);
        }
        server.transmit(Integer.MAX_VALUE, nowNs);
        for (ByteBuf b = serverLink.captured().poll();
                b != null;
                b = serverLink.captured().poll()) {
            ackPacket = b;
            client.onPacket(b, clientMeta, nowNs);
        }
        drainReady(client);
        drainReady(server);
    }

    static void drainReady(Host host) {
        while (host.pollReady() != null) {
            // the caller knows what is ready
        }
    }

    /** Makes {@link #dataPacket} the next segment and gives it to the server. */
    void deliverNextData(int segments) {
        moveOn(dataPacket, SEQUENCE_OFFSET, payload.capacity());
        server.onPacket(dataPacket, serverMeta.merged(0, segments), nowNs);
    }

    /** Makes {@link #ackPacket} acknowledge one segment more and gives it to the client. */
    void deliverNextAck() {
        moveOn(ackPacket, ACKNOWLEDGMENT_OFFSET, payload.capacity());
        client.onPacket(ackPacket, clientMeta, nowNs);
    }

    /** With the checksum's update of RFC 1624, so that it is right where it was right. */
    private static void moveOn(ByteBuf packet, int at, int octets) {
        int before = packet.getInt(at);
        packet.setInt(at, before + octets);
        int checksum = packet.getUnsignedShort(CHECKSUM_OFFSET);
        packet.setShort(CHECKSUM_OFFSET, Checksum.update32((short) checksum, before, before + octets));
    }
}
