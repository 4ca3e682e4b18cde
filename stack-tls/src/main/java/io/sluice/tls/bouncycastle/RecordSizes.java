package io.sluice.tls.bouncycastle;

import io.sluice.tls.RecordSealer;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Hashtable;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.ExtensionType;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.jspecify.annotations.Nullable;

/**
 * How large the protected records may be that each side of a handshake sends: by record_size_limit (RFC 8449), or else by
 * max_fragment_length (RFC 6066 §4) where a client has asked for that.
 */
final class RecordSizes {
    private static final int NONE = -1;
    private static final int SEALED_OVERHEAD_BYTES = 16;

    private final int own;
    private int peers = NONE;

    RecordSizes(TlsParameters parameters) {
        int most = most(parameters.versions().contains(TlsVersion.TLS_1_3));
        own = Math.min(parameters.recordSizeLimit(), most);
    }

    /** The protocol's own limit: in TLS 1.3 the type counts, too. */
    private static int most(boolean tls13) {
        return tls13 ? TlsParameters.MAX_RECORD_SIZE_LIMIT : RecordSealer.MAX_CONTENT_BYTES;
    }

    /** RFC 8449 §4: "Endpoints SHOULD advertise the extension, even if they have no need to limit the size of records." */
    void announce(Hashtable<?, ?> extensions, boolean tls13) throws IOException {
        TlsExtensionsUtils.addRecordSizeLimitExtension(extensions, Math.min(own, most(tls13)));
    }

    /**
     * The extensions of the peer's hello.
     *
     * @throws IOException the alert illegal_parameter for a limit below 64 (RFC 8449 §4)
     */
    void onPeers(@Nullable Hashtable<?, ?> extensions) throws IOException {
        peers = extensions == null ? NONE : TlsExtensionsUtils.getRecordSizeLimitExtension(extensions);
    }

    /**
     * Takes the server's limit out of its EncryptedExtensions, where the library does not expect it.
     *
     * @return the others
     * @throws IOException the alert illegal_parameter for a limit below 64, or if it is there twice
     */
    ByteArrayInputStream takeFrom(ByteArrayInputStream encryptedExtensions) throws IOException {
        ByteArrayInputStream all = new ByteArrayInputStream(TlsUtils.readOpaque16(encryptedExtensions));
        ByteArrayOutputStream others = new ByteArrayOutputStream();
        byte[] limit = null;
        while (all.available() > 0) {
            int type = TlsUtils.readUint16(all);
            byte[] data = TlsUtils.readOpaque16(all);
            if (type != ExtensionType.record_size_limit) {
                TlsUtils.writeUint16(type, others);
                TlsUtils.writeOpaque16(data, others);
            } else if (limit == null) {
                limit = data;
            } else {
                throw new TlsFatalAlert(AlertDescription.illegal_parameter); // RFC 8446 §4.2
            }
        }
        peers = limit == null ? NONE : TlsExtensionsUtils.readRecordSizeLimitExtension(limit);
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        TlsUtils.writeOpaque16(others.toByteArray(), rest);
        rest.write(encryptedExtensions.readAllBytes()); // nothing, as the library will see to
        return new ByteArrayInputStream(rest.toByteArray());
    }

    /** Whether both sides have told a limit, so that both keep to them. */
    boolean isAgreed() {
        return peers != NONE;
    }

    /** Whether a record of TLS 1.3's handshake is larger than this side takes. That of TLS 1.2 protects short ones only. */
    boolean isTooLong(byte[] record, int length) {
        int plain = length - RecordSealer.HEADER_BYTES - SEALED_OVERHEAD_BYTES;
        return isAgreed() && record[0] == ContentType.application_data && plain > own;
    }

    /** The most octets of content that this side's records may have. */
    int transmitLimit(SecurityParameters p, boolean tls13) {
        return Math.min(fragment(p), isAgreed() ? content(peers, tls13) : RecordSealer.MAX_CONTENT_BYTES);
    }

    /** The most octets of content that the peer's records may have. */
    int receiveLimit(SecurityParameters p, boolean tls13) {
        return Math.min(fragment(p), isAgreed() ? content(own, tls13) : RecordSealer.MAX_CONTENT_BYTES);
    }

    /** RFC 8449 §4: even where the peer would take more, no more than the protocol allows. */
    private static int content(int limit, boolean tls13) {
        return Math.min(limit, most(tls13)) - (tls13 ? 1 : 0);
    }

    /**
     * The most octets of a handshake message in a record. RFC 8449 §4: "Unprotected messages are not subject to this limit", but
     * GnuTLS applies it to all of them, and any message may be cut.
     */
    int handshakeLimit(boolean tls13) {
        return isAgreed() ? content(peers, tls13) : RecordSealer.MAX_CONTENT_BYTES;
    }

    private static int fragment(SecurityParameters p) {
        short code = p.getMaxFragmentLength();
        return code < 0 ? RecordSealer.MAX_CONTENT_BYTES : 1 << (8 + code);
    }
}
