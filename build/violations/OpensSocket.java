// architecture | stack-core/src/main/java/io/sluice/wire | PureCoreTest.DEPENDENCIES
package io.sluice.wire;

import java.net.Socket;

/** Breaks the core's purity: the network. */
final class OpensSocket {
    private OpensSocket() {}

    static boolean open(Socket socket) {
        return socket.isConnected();
    }
}
