package io.sluice.benchmarks.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.sluice.tls.CipherSuite;
import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsVersion;
import io.sluice.tls.bouncycastle.BouncyCastleHandshakes;
import io.sluice.tls.netty.SluiceTlsHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who seals a server's records: what stands first in its pipelines. */
enum Way {
    /** The stack. */
    OFFLOAD(null),
    /** SslHandler with the JDK's engine. */
    SSL_HANDLER_JDK(SslProvider.JDK),
    /** SslHandler with BoringSSL. */
    SSL_HANDLER_TCNATIVE(SslProvider.OPENSSL_REFCNT);

    private final @Nullable SslProvider provider;

    Way(@Nullable SslProvider provider) {
        this.provider = provider;
    }

    /** Handlers for new connections. */
    Supplier<ChannelHandler> handlers(Path chain, Path key, CipherSuite suite) throws IOException {
        if (provider == null) {
            BouncyCastleHandshakes handshakes = new BouncyCastleHandshakes();
            TlsParameters parameters = TlsParameters.server(TlsIdentity.ofPem(chain, key))
                    .versions(TlsVersion.TLS_1_3)
                    .suites(suite)
                    .build();
            return () -> new SluiceTlsHandler(handshakes, parameters, Way::noFallback);
        }
        SslContext context = SslContextBuilder.forServer(chain.toFile(), key.toFile())
                .sslProvider(provider)
                .protocols("TLSv1.3")
                .ciphers(List.of(suite.name()))
                .build();
        return () -> context.newHandler(ByteBufAllocator.DEFAULT);
    }

    private static SslHandler noFallback(ByteBufAllocator allocator) {
        throw new IllegalStateException("this is a channel of the stack");
    }

    /** SslHandler needs somebody who makes buffers of a file. */
    void addFileHandlers(ChannelPipeline pipeline) {
        if (provider != null) {
            pipeline.addLast(new ChunkedWriteHandler());
        }
    }
}
