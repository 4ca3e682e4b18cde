package io.sluice.tls.bouncycastle;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;

/** The library's client, which keeps to record_size_limit (RFC 8449) as well. */
final class ClientProtocol extends TlsClientProtocol implements LimitedProtocol {
    private final RecordSizes sizes;

    ClientProtocol(RecordSizes sizes) {
        this.sizes = sizes;
    }

    /** All that a client sends when it has the server's extensions. */
    @Override
    protected void safeWriteRecord(short type, byte[] message, int at, int length) throws IOException {
        boolean limited = type == ContentType.handshake && serverExtensions != null;
        int most = limited ? sizes.handshakeLimit(TlsUtils.isTLSv13(getContext())) : length;
        LimitedProtocol.writeInParts(at, length, most, (from, n) -> super.safeWriteRecord(type, message, from, n));
    }

    @Override
    protected void receive13EncryptedExtensions(ByteArrayInputStream extensions) throws IOException {
        super.receive13EncryptedExtensions(sizes.takeFrom(extensions));
    }

    /** RFC 8449 §4: on resumption it "is renegotiated"; the library tells a client only what it got in the first handshake. */
    @Override
    protected void completeHandshake() throws IOException {
        if (!TlsUtils.isTLSv13(getContext())) {
            sizes.onPeers(serverExtensions);
        }
        super.completeHandshake();
    }

    @Override
    public void refuse(short alert, String why) throws IOException {
        handleException(alert, why, null);
        throw new TlsFatalAlert(alert, why);
    }
}
