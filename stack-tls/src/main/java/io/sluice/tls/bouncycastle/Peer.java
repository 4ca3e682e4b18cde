package io.sluice.tls.bouncycastle;

import io.sluice.tls.TlsSession;
import org.jspecify.annotations.Nullable;

/** This side of a handshake, client or server. */
interface Peer {
    /** What was agreed on; null while the handshake goes on. */
    @Nullable TlsSession session();
}
