package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.Transport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which connection a packet of the script belongs to: the last one made, unless the packet names its ports. */
public final class FlowTracker {
    /** Where the ports of hosts that connect to the stack under test begin. */
    private static final int FIRST_REMOTE_PORT = 34_567;

    private final int usualLocalPort;
    private final Map<Integer, FlowUnderTest> named = new HashMap<>();
    private final List<FlowUnderTest> former = new ArrayList<>();
    private FlowUnderTest current;
    private int nextRemotePort = FIRST_REMOTE_PORT;

    FlowTracker(int usualLocalPort) {
        this.usualLocalPort = usualLocalPort;
        this.current = new FlowUnderTest(usualLocalPort, nextRemotePort);
    }

    /** A socket was bound: packets go to it, from a host that has not sent anything yet. */
    public void onBind(int port) {
        nextRemotePort++;
        former.add(current);
        current = new FlowUnderTest(port == 0 ? usualLocalPort : port, nextRemotePort);
    }

    /** A socket connects, or is connected already, from a port that is not known where it is 0. */
    public void onConnect(int localPort, int remotePort) {
        if (localPort != 0 && current.localPort() == localPort && current.remotePort() == remotePort) {
            return;
        }
        former.add(current);
        current = new FlowUnderTest(localPort, remotePort);
    }

    /** The flow of packets that do not name their ports. */
    FlowUnderTest current() {
        return current;
    }

    /** Whether these ports are those of a flow that was there before, and not those of {@code expected}. */
    boolean isFormer(int localPort, int remotePort, FlowUnderTest expected) {
        boolean fits =
                expected.remotePort() == remotePort && (expected.localPort() == 0 || expected.localPort() == localPort);
        return !fits && former.stream().anyMatch(f -> f.localPort() == localPort && f.remotePort() == remotePort);
    }

    /** The flow of a segment with these ports, of which the stack's is the second where it is injected. */
    FlowUnderTest flow(Optional<Transport.Ports> ports, boolean inbound) {
        if (ports.isEmpty()) {
            return current;
        }
        int local = inbound ? ports.get().destination() : ports.get().source();
        int remote = inbound ? ports.get().source() : ports.get().destination();
        if (current.localPort() == local && current.remotePort() == remote) {
            return current;
        }
        return named.computeIfAbsent(local << 16 | remote, key -> new FlowUnderTest(local, remote));
    }
}
