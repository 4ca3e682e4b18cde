package io.sluice.tcp;

import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;

/**
 * How fast data leaves under a {@link TcpStack}: asked whenever data is about to. When it leaves, and that a timer which is late is
 * made up for, is the core's. One object serves all connections, so that it keeps nothing of any; called on the host's thread.
 */
@FunctionalInterface
public interface Pacing {
    /** As the congestion control says, or the host where that does not. */
    Pacing OF_CONGESTION_CONTROL = (connection, window) -> window.pacingRate();

    /**
     * Octets of the stream a second, or {@link CongestionWindow#UNPACED}. SO_MAX_PACING_RATE bounds it.
     *
     * @param window what the congestion control wants
     */
    long rate(ConnectionView connection, CongestionWindow window);

    /** The most octets that leave together, or 0 for what the core takes; never more than the rate sends in a millisecond. */
    default int quantum(ConnectionView connection, CongestionWindow window) {
        return window.sendQuantum();
    }
}
