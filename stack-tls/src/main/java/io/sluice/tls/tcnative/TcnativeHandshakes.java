package io.sluice.tls.tcnative;

import io.netty.handler.ssl.OpenSsl;
import io.sluice.tls.CipherSource;
import io.sluice.tls.TlsHandshake;
import io.sluice.tls.TlsHandshakes;
import io.sluice.tls.TlsParameters;
import java.io.IOException;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Handshakes by BoringSSL, in native code: TLS 1.3 and 1.2, certificates of both sides, ALPN, SNI. Among the suites of TLS 1.3 it
 * makes a choice of its own, so parameters with some of them only refuse what it chose otherwise. It resumes sessions of
 * TLS 1.2 and 1.3, a client's with the same parameters and server name.
 *
 * <p>The library tells its secrets through the callback that is there for key logs. What that has to be set on is a
 * protected field of netty-handler's: on the module path {@code --add-opens
 * io.netty.handler/io.netty.handler.ssl=io.sluice.tls}.
 */
public final class TcnativeHandshakes implements TlsHandshakes {
    /** A context is freed with its parameters, to which it holds no strong reference. */
    private final Map<TlsParameters, Context> contexts = new WeakHashMap<>();

    /**
     * Made when the program starts: measures ciphers, too, so that no connection waits for that.
     *
     * @throws IOException if netty-tcnative does not work here
     */
    public TcnativeHandshakes() throws IOException {
        if (!OpenSsl.isAvailable() || !"BoringSSL".equals(OpenSsl.versionString())) {
            throw new IOException("no BoringSSL of netty-tcnative here", OpenSsl.unavailabilityCause());
        }
        CipherSource.fastest();
    }

    @Override
    public TlsHandshake start(TlsParameters parameters) throws IOException {
        if (parameters.recordSizeLimit() < TlsParameters.MAX_RECORD_SIZE_LIMIT) {
            throw new IOException("BoringSSL does not negotiate a record size limit");
        }
        return new EngineHandshake(context(parameters), parameters);
    }

    Context context(TlsParameters parameters) throws IOException {
        synchronized (contexts) {
            Context context = contexts.get(parameters);
            if (context == null) {
                context = Context.of(parameters);
                contexts.put(parameters, context);
            }
            return context;
        }
    }

    /** Contexts whose parameters somebody has. */
    int contexts() {
        synchronized (contexts) {
            return contexts.size();
        }
    }
}
