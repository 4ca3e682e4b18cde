package io.sluice.tls.bouncycastle;

import java.io.IOException;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.TlsUtils;

/** The library's server, which keeps to record_size_limit (RFC 8449) as well. */
final class ServerProtocol extends TlsServerProtocol implements LimitedProtocol {
    private final RecordSizes sizes;
    private boolean helloSent;

    ServerProtocol(RecordSizes sizes) {
        this.sizes = sizes;
    }

    /** All that a server sends behind its ServerHello. */
    @Override
    protected void safeWriteRecord(short type, byte[] message, int at, int length) throws IOException {
        boolean handshake = type == ContentType.handshake && serverExtensions != null;
        int most = handshake && helloSent ? sizes.handshakeLimit(TlsUtils.isTLSv13(getContext())) : length;
        helloSent |= handshake;
        LimitedProtocol.writeInParts(at, length, most, (from, n) -> super.safeWriteRecord(type, message, from, n));
    }

    @Override
    public void refuse(short alert, String why) throws IOException {
        handleException(alert, why, null);
        throw new TlsFatalAlert(alert, why);
    }
}
