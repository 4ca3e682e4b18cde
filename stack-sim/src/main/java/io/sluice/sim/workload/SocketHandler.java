package io.sluice.sim.workload;

/** The owner of a socket, hung on it as its attachment: told when there is something to do. */
@FunctionalInterface
public interface SocketHandler {
    /** The socket has something to tell, or the time has come that the handler asked for: do what can be done now. */
    void onReady(long nowNs);
}
