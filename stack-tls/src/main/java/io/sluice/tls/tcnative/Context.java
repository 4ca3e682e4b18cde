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
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.sluice.tls.CipherSuite;
import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsVersion;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * The library's context for some parameters, and the secrets that its connections have told. Nothing that the library keeps, its
 * callbacks above all, leads back to here or to the parameters: else it would never be freed.
 */
final class Context {
    private final SslContext context;
    private final Names names;
    private final KeyLog secrets = new KeyLog();

    private Context(SslContext context, Names names) {
        this.context = context;
        this.names = names;
    }

    static Context of(TlsParameters p) throws IOException {
        Names names = new Names(p);
        Context c = new Context(builder(p, names).build(), names);
        try {
            Field pointer = ReferenceCountedOpenSslContext.class.getDeclaredField("ctx");
            pointer.setAccessible(true);
            // sslCtxPointer() is another pointer, which the callback must not be given to.
            SSLContext.setKeyLogCallback(pointer.getLong(c.context), c.secrets);
            // netty-handler does not want tickets; their keys are the library's, and change by themselves
            if (!p.isClient()) {
                SSLContext.clearOptions(pointer.getLong(c.context), SSL.SSL_OP_NO_TICKET);
            }
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            throw new IOException("io.netty.handler does not open its package io.netty.handler.ssl", e);
        }
        return c;
    }

    KeyLog secrets() {
        return secrets;
    }

    Names names() {
        return names;
    }

    private static SslContextBuilder builder(TlsParameters p, Names names) throws IOException {
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
}
