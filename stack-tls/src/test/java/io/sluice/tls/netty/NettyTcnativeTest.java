package io.sluice.tls.netty;

import io.sluice.tls.TlsHandshakes;
import io.sluice.tls.tcnative.TcnativeHandshakes;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The same with handshakes by BoringSSL. */
final class NettyTcnativeTest extends NettyTlsTest {
    @Override
    TlsHandshakes newHandshakes() {
        try {
            return new TcnativeHandshakes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
