package io.sluice.tls.tcnative;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.internal.tcnative.SSLContext;
import io.sluice.tls.CipherSuite;
import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsVersion;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The library's context for some parameters, and the secrets that its connections have told. */
final class Context {
    private static final String CLIENT_SECRET = "CLIENT_TRAFFIC_SECRET_0";
    private static final String SERVER_SECRET = "SERVER_TRAFFIC_SECRET_0";
    private static final int LINE_WORDS = 3;

    private final SslContext context;
    private final Map<String, byte[]> secrets = new ConcurrentHashMap<>();

    private Context(SslContext context) {
        this.context = context;
    }

    static Context of(TlsParameters p) throws IOException {
        Context c = new Context(builder(p).build());
        try {
            Field pointer = ReferenceCountedOpenSslContext.class.getDeclaredField("ctx");
            pointer.setAccessible(true);
            // sslCtxPointer() is another pointer, which the callback must not be given to.
            SSLContext.setKeyLogCallback(pointer.getLong(c.context), c::onKeyLog);
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            throw new IOException("io.netty.handler does not open its package io.netty.handler.ssl", e);
        }
        return c;
    }

    private static SslContextBuilder builder(TlsParameters p) throws IOException {
        Names names = new Names(p);
        SslContextBuilder b;
        if (p.isClient()) {
            b = SslContextBuilder.forClient().trustManager(names.trust()).endpointIdentificationAlgorithm(null);
            TlsIdentity identity = p.identity(null);
            if (identity != null) {
                b.keyManager(identity.key(), identity.chain().toArray(X509Certificate[]::new));
            }
        } else {
            b = SslContextBuilder.forServer(names);
            ClientAuth auth =
                    switch (p.clientAuthentication()) {
                        case NONE -> ClientAuth.NONE;
                        case WANTED -> ClientAuth.OPTIONAL;
                        case REQUIRED -> ClientAuth.REQUIRE;
                    };
            if (auth != ClientAuth.NONE) {
                b.trustManager(names.trust()).clientAuth(auth);
            }
        }
        if (!p.applicationProtocols().isEmpty()) {
            b.applicationProtocolConfig(new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    p.applicationProtocols()));
        }
        return b.sslProvider(SslProvider.OPENSSL)
                .option(OpenSslContextOption.USE_TASKS, false)
                .protocols(p.versions().stream()
                        .map(v -> v == TlsVersion.TLS_1_3 ? "TLSv1.3" : "TLSv1.2")
                        .toList())
                .ciphers(p.suites().stream().map(CipherSuite::name).toList(), SupportedCipherSuiteFilter.INSTANCE);
    }

    ReferenceCountedOpenSslEngine engine(@Nullable String serverName) {
        return (ReferenceCountedOpenSslEngine)
                (serverName == null
                        ? context.newEngine(ByteBufAllocator.DEFAULT)
                        : context.newEngine(ByteBufAllocator.DEFAULT, serverName, -1));
    }

    /** A line of a key log: label, the client's random, secret. */
    private void onKeyLog(long ssl, byte[] line) {
        StringTokenizer words = new StringTokenizer(new String(line, StandardCharsets.US_ASCII));
        if (words.countTokens() == LINE_WORDS) {
            String label = words.nextToken();
            words.nextToken();
            if (label.equals(CLIENT_SECRET) || label.equals(SERVER_SECRET)) {
                secrets.put(ssl + label, HexFormat.of().parseHex(words.nextToken()));
            }
        }
    }

    /** The traffic secret of one direction, once; null if the library has not told it. */
    byte @Nullable [] takeSecret(long ssl, boolean ofClient) {
        return secrets.remove(ssl + (ofClient ? CLIENT_SECRET : SERVER_SECRET));
    }
}
