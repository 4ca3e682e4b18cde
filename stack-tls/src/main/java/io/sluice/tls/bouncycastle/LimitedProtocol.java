package io.sluice.tls.bouncycastle;

import java.io.IOException;

/** A protocol of the library, which can be told that something is wrong that it does not look at. */
interface LimitedProtocol {
    /** Ends the handshake by an alert; always throws that. */
    void refuse(short alert, String why) throws IOException;
}
