package io.sluice.tls.tcnative;

import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.internal.tcnative.SSL;
import io.sluice.tls.CipherSource;
import io.sluice.tls.CipherSuite;
import io.sluice.tls.ContentType;
import io.sluice.tls.RecordSealer;
import io.sluice.tls.TlsHandshake;
import io.sluice.tls.TlsHandshakeException;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsSession;
import io.sluice.tls.TlsVersion;
import io.sluice.tls.TrafficKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** One handshake of an engine: gets record after record, and is asked for its secrets when it is done. */
final class EngineHandshake implements TlsHandshake {
    /** Calls that may change nothing before something is wrong with the engine. */
    private static final int PATIENCE = 100;

    /** Each serves for one connection, which brings others; as many are sent by most servers. */
    private static final int MAX_TICKETS = 2;

    private final KeyLog secrets;
    private final TlsParameters parameters;
    private final ReferenceCountedOpenSslEngine engine;

    /** The library's name for this handshake, which the engine forgets when it fails. */
    private final long ssl;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteBuffer nothing = ByteBuffer.allocate(0);
    private final ByteBuffer made;
    private String serverName = "";
    private @Nullable TlsSession session;
    private @Nullable RecordSealer tickets;
    private int ticketsLeft = MAX_TICKETS;
    private boolean closed;

    EngineHandshake(Context context, TlsParameters parameters) throws IOException {
        this.secrets = context.secrets();
        this.parameters = parameters;
        this.engine = context.engine(parameters.isClient() ? parameters.serverName() : null);
        this.ssl = engine.sslPointer();
        this.made = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.beginHandshake();
        produce();
    }

    @Override
    public void onRecord(byte[] record, int length) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(record, 0, length);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        for (int i = 0; in.hasRemaining() && i < PATIENCE; i++) {
            unwrap(in, out);
        }
        unwrap(nothing, out); // without it the engine does not notice the last Finished
        if (out.position() > 0) {
            throw new TlsHandshakeException("data within the handshake", null);
        }
        if (engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING && session == null) {
            session = agreed();
        }
    }

    private void unwrap(ByteBuffer in, ByteBuffer out) throws IOException {
        SSLEngineResult result;
        try {
            result = engine.unwrap(in, out);
        } catch (SSLException e) {
            produceAlert();
            throw e;
        }
        if (!parameters.isClient() && serverName.isEmpty()) {
            serverName = Names.nameIn(engine);
        }
        produce();
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
            throw new TlsHandshakeException("the handshake was broken off", null);
        }
    }

    /** Everything that the engine has to say now. */
    private void produce() throws SSLException {
        for (int i = 0; i < PATIENCE; i++) {
            if (engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP || !wrap()) {
                return;
            }
        }
    }

    private boolean wrap() throws SSLException {
        made.clear();
        SSLEngineResult result = engine.wrap(nothing, made);
        output.write(made.array(), 0, made.position());
        return result.bytesProduced() > 0;
    }

    private void produceAlert() {
        try {
            while (wrap()) {
                // all of it
            }
        } catch (SSLException e) {
            output.write(made.array(), 0, made.position()); // the same failure, told again behind its alert
        }
    }

    private TlsSession agreed() throws IOException {
        CipherSuite suite = CipherSuite.valueOf(engine.getSession().getCipherSuite());
        if (!parameters.suites().contains(suite)) {
            throw new TlsHandshakeException("BoringSSL chose a suite that the parameters do not have: " + suite, null);
        }
        String protocol = engine.getApplicationProtocol();
        boolean client = parameters.isClient();
        String name = client ? parameters.serverName() : serverName.isEmpty() ? null : serverName;
        return new TlsSession(
                keys(suite, client),
                keys(suite, !client),
                protocol == null || protocol.isEmpty() ? null : protocol,
                name,
                peer(),
                SSL.isSessionReused(ssl));
    }

    /** Measured: tickets alone are sealed with the secrets of TLS 1.3 before the switch, and the Finished of TLS 1.2 only. */
    private TrafficKeys keys(CipherSuite suite, boolean ofClient) throws IOException {
        if (suite.version() == TlsVersion.TLS_1_2) {
            byte[] master = SSL.getMasterKey(ssl);
            try {
                return TrafficKeys.ofMasterSecret(
                        suite, master, SSL.getClientRandom(ssl), SSL.getServerRandom(ssl), ofClient, 1);
            } finally {
                Arrays.fill(master, (byte) 0);
            }
        }
        byte[] secret = secrets.take(ssl, ofClient);
        if (secret == null) {
            throw new TlsHandshakeException("the library has not told its secrets", null);
        }
        try {
            if (!ofClient && parameters.isClient()) {
                tickets = new RecordSealer(TrafficKeys.ofSecret(suite, secret, 0), CipherSource.fastest());
            }
            boolean issues = !ofClient && !parameters.isClient();
            int sealed = issues ? Tickets.take(sealData(), TrafficKeys.ofSecret(suite, secret, 0), output) : 0;
            return TrafficKeys.ofSecret(suite, secret, sealed);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** Everything that the library seals when it is to send {@link Tickets#DATA}. */
    private byte[] sealData() throws SSLException {
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        ByteBuffer data = ByteBuffer.wrap(Tickets.DATA);
        boolean more = true;
        for (int i = 0; more && i < PATIENCE; i++) {
            made.clear();
            more = engine.wrap(data, made).bytesProduced() > 0 || data.hasRemaining();
            sealed.write(made.array(), 0, made.position());
        }
        return sealed.toByteArray();
    }

    private List<X509Certificate> peer() {
        List<X509Certificate> all = new ArrayList<>();
        try {
            for (Certificate c : engine.getSession().getPeerCertificates()) {
                all.add((X509Certificate) c);
            }
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
        return all;
    }

    @Override
    public byte[] takeOutput() {
        byte[] all = output.toByteArray();
        output.reset();
        return all;
    }

    @Override
    public @Nullable TlsSession session() {
        return session;
    }

    @Override
    public boolean wantsTickets() {
        return tickets != null && ticketsLeft > 0 && !closed;
    }

    /** The library opens records only: so it gets one, sealed as if it were the first that the server has sent. */
    @Override
    public void onTicket(byte[] message) {
        RecordSealer sealer = tickets;
        if (sealer == null || !wantsTickets() || message.length > RecordSealer.MAX_CONTENT_BYTES) {
            return;
        }
        ticketsLeft--;
        byte[] record = new byte[message.length + RecordSealer.MAX_OVERHEAD_BYTES];
        int length = sealer.seal(ContentType.HANDSHAKE, message, 0, message.length, record, 0);
        try {
            engine.unwrap(ByteBuffer.wrap(record, 0, length), ByteBuffer.allocate(made.capacity()));
        } catch (SSLException e) {
            ticketsLeft = 0; // RFC 8446 §4.6.1: nobody need use a ticket
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (tickets != null) {
            tickets.destroy();
        }
        closed = true;
        secrets.forget(ssl);
        engine.release();
    }
}
