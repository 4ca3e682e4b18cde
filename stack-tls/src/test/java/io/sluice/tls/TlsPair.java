package io.sluice.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.api.Endpoint;
import io.sluice.api.ExtensionOption;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import io.sluice.sim.Cable;
import io.sluice.sim.PipeConfig;
import io.sluice.sim.SimHost;
import io.sluice.sim.Simulation;
import io.sluice.wire.IpAddress;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** Two hosts with one connection between them, in virtual time; keys that both ends know. */
final class TlsPair implements AutoCloseable {
    static final long MS = 1_000_000;
    static final CipherSource CIPHERS = CipherSource.standard();

    final Simulation simulation = new Simulation(7);
    final SimHost a = simulation.host("a");
    final SimHost b = simulation.host("b");
    final Cable cable;
    final TcpSocket client;
    final TcpSocket server;
    final CipherSuite suite;

    TlsPair(CipherSuite suite) {
        this(suite, PipeConfig.of(100_000_000, MS));
    }

    TlsPair(CipherSuite suite, PipeConfig pipe) {
        this.suite = suite;
        cable = simulation.connect(a, b, pipe);
        cable.a().address(IpAddress.parse("10.0.0.1"), 24);
        cable.b().address(IpAddress.parse("10.0.0.2"), 24);
        TlsOffload.install(a.stack(), CIPHERS);
        TlsOffload.install(b.stack(), CIPHERS);
        TcpListener listener = b.sockets().listener();
        assertNull(listener.bind(Endpoint.of("10.0.0.2", 443)));
        assertNull(listener.listen(1));
        client = a.sockets().tcp();
        client.connect(Endpoint.of("10.0.0.2", 443), simulation.nowNs());
        until(() -> listener.waitingCount() == 1);
        server = Objects.requireNonNull(listener.accept());
        listener.close(simulation.nowNs());
    }

    /** Keys of one direction, made from a number. */
    static TrafficKeys keys(CipherSuite suite, int number) {
        byte[] secret = new byte[suite.hashBytes()];
        Arrays.fill(secret, (byte) number);
        return suite.version() == TlsVersion.TLS_1_3
                ? TrafficKeys.ofSecret(suite, secret, 0)
                : TrafficKeys.ofMasterSecret(suite, secret, new byte[32], new byte[32], true, 1);
    }

    /** Both directions of both ends. */
    TlsPair offload() {
        set(client, TlsOption.TLS_TX, keys(suite, 1));
        set(client, TlsOption.TLS_RX, keys(suite, 2));
        set(server, TlsOption.TLS_TX, keys(suite, 2));
        set(server, TlsOption.TLS_RX, keys(suite, 1));
        return this;
    }

    /** What the client would send, made by hand: the server must open it. */
    RecordSealer forger() {
        set(server, TlsOption.TLS_TX, keys(suite, 2));
        set(server, TlsOption.TLS_RX, keys(suite, 1));
        return new RecordSealer(keys(suite, 1), CIPHERS);
    }

    <T> void set(TcpSocket socket, ExtensionOption<T> option, T value) {
        assertNull(socket.set(option, value, simulation.nowNs()), option.name());
    }

    TlsConnection tls(TcpSocket socket) {
        return Objects.requireNonNull(TlsConnection.of(socket));
    }

    long count(SimHost host, TlsCounter counter) {
        return TlsOffload.of(host.stack()).get(counter);
    }

    void write(TcpSocket socket, byte[] data) {
        ByteBuffer rest = ByteBuffer.wrap(data);
        while (rest.hasRemaining()) {
            int n = socket.write(rest);
            assertTrue(n >= 0, () -> "write: " + socket.takeError());
            run();
        }
    }

    /** Lets everything happen that can happen in a second. */
    void run() {
        run(1000);
    }

    void run(int ms) {
        a.wantTurn();
        b.wantTurn();
        simulation.run(simulation.nowNs() + ms * MS);
    }

    void until(BooleanSupplier done) {
        a.wantTurn();
        b.wantTurn();
        assertTrue(simulation.runUntil(done, simulation.nowNs() + 600_000 * MS), "stuck");
    }

    /** Everything that can be read now. */
    static byte[] read(TcpSocket socket) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf data = socket.read(100_000); data != null; data = socket.read(100_000)) {
            byte[] octets = new byte[data.readableBytes()];
            data.readBytes(octets);
            all.writeBytes(octets);
            data.release();
        }
        return all.toByteArray();
    }

    /** One record, sealed. */
    static byte[] record(RecordSealer sealer, int type, byte[] content, int padding) {
        byte[] in = Arrays.copyOf(content, content.length + padding + 1);
        byte[] out = new byte[content.length + padding + RecordSealer.MAX_OVERHEAD_BYTES];
        return Arrays.copyOf(out, sealer.seal(type, in, 0, content.length, padding, out, 0));
    }

    /** What the server answers to what it took for broken: the alert, and the end. */
    void assertServerEndsWith(Alert alert) {
        run();
        assertEquals(alert.error(), server.takeError(), "the reader is told");
        assertEquals(TlsEnd.BROKEN, tls(server).end());
        assertEquals(alert, tls(server).alert());
        byte[] answer = read(client);
        RecordOpener opener = new RecordOpener(keys(suite, 2), CIPHERS);
        byte[] content = new byte[answer.length];
        assertEquals(answer.length, opener.lengthOf(answer, 0), "nothing but one record");
        assertEquals(2, opener.open(answer, 0, answer.length, content, 0));
        assertEquals(ContentType.ALERT, opener.type());
        assertEquals(alert.code(), content[1]);
        assertEquals(Alert.FATAL, content[0]);
        assertTrue((client.readiness() & Readiness.PEER_CLOSED) != 0, "a FIN follows");
        assertEquals(SocketError.BROKEN_PIPE, failureOfWrite(server));
    }

    private static SocketError failureOfWrite(TcpSocket socket) {
        assertEquals(TcpSocket.FAILED, socket.write(Unpooled.wrappedBuffer(new byte[1]), false));
        return Objects.requireNonNull(socket.takeError());
    }

    @Override
    public void close() {
        client.abort(simulation.nowNs());
        server.abort(simulation.nowNs());
        run();
        simulation.close();
        assertEquals(0, a.stack().memory().usedBytes());
        assertEquals(0, b.stack().memory().usedBytes());
        assertEquals(0, simulation.allocator().outstanding(), "buffers leaked");
        for (SimHost host : simulation.hosts()) {
            assertEquals(0, count(host, TlsCounter.TlsCurrTxSw), host.name());
            assertEquals(0, count(host, TlsCounter.TlsCurrRxSw), host.name());
        }
    }
}
