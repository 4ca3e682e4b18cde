package io.sluice.host;

import io.netty.util.collection.IntObjectHashMap;
import io.sluice.tcp.FlowKey;
import io.sluice.tcp.TcpLayer;
import io.sluice.wire.IpAddress;
import io.sluice.wire.SipHash;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Which local TCP ports are bound, and ephemeral ports by RFC 6056 §3.3.3 (algorithm 3: hash plus counter). */
final class TcpPorts {
    /** RFC 6335 §6: the dynamic ports; RFC 6056 §3.2 would have more, which servers on this host may want. */
    private static final int FIRST_EPHEMERAL = 49152;

    private static final int EPHEMERAL_COUNT = 65536 - FIRST_EPHEMERAL;

    private final TcpLayer tcp;
    private final IntObjectHashMap<List<Binding>> bindings = new IntObjectHashMap<>();
    private final long key0;
    private final long key1;
    private int nextEphemeral;

    private record Binding(IpAddress address, boolean reuse) {}

    TcpPorts(TcpLayer tcp, RandomGenerator random) {
        this.tcp = tcp;
        this.key0 = random.nextLong();
        this.key1 = random.nextLong();
        this.nextEphemeral = random.nextInt(EPHEMERAL_COUNT);
    }

    /**
     * Binds a port.
     *
     * @param port 0 to have one chosen
     * @param reuse SO_REUSEADDR: only conflicts with a listener or a socket bound without it
     * @return the port, or 0 if it is taken
     */
    int reserve(IpAddress address, int port, boolean reuse) {
        int chosen = port != 0 ? port : anyFree(address);
        if (chosen == 0 || !isFree(address, chosen, reuse)) {
            return 0;
        }
        List<Binding> here = bindings.get(chosen);
        if (here == null) {
            here = new ArrayList<>(1);
            bindings.put(chosen, here);
        }
        here.add(new Binding(address, reuse));
        return chosen;
    }

    void release(IpAddress address, int port) {
        List<Binding> here = bindings.get(port);
        if (here == null) {
            return;
        }
        for (int i = 0; i < here.size(); i++) {
            if (here.get(i).address.equals(address)) {
                here.remove(i);
                break;
            }
        }
        if (here.isEmpty()) {
            bindings.remove(port);
        }
    }

    private boolean isFree(IpAddress address, int port, boolean reuse) {
        List<Binding> here = bindings.get(port);
        if (here == null) {
            return true;
        }
        for (Binding b : here) {
            boolean overlap = b.address.isUnspecified() || address.isUnspecified() || b.address.equals(address);
            if (overlap && !(reuse && b.reuse && !tcp.isListening(port))) {
                return false;
            }
        }
        return true;
    }

    private int anyFree(IpAddress address) {
        for (int i = 0; i < EPHEMERAL_COUNT; i++) {
            int port = FIRST_EPHEMERAL + nextEphemeral;
            nextEphemeral = (nextEphemeral + 1) % EPHEMERAL_COUNT;
            if (isFree(address, port, false)) {
                return port;
            }
        }
        return 0;
    }

    /** A port from which {@code remote} can be connected: RFC 6056 §3.3.3. Null if all are in use. */
    @Nullable FlowKey ephemeral(IpAddress local, IpAddress remote, int remotePort) {
        FlowKey shape = FlowKey.of(local, 0, remote, remotePort);
        int offset = (int) (SipHash.hash(key0, key1, shape.addressHash(), remotePort) >>> 33);
        for (int i = 0; i < EPHEMERAL_COUNT; i++) {
            int port = FIRST_EPHEMERAL + Math.floorMod(offset + nextEphemeral, EPHEMERAL_COUNT);
            nextEphemeral = (nextEphemeral + 1) % EPHEMERAL_COUNT;
            FlowKey key = FlowKey.of(local, port, remote, remotePort);
            if (!bindings.containsKey(port) && tcp.isFree(key)) {
                return key;
            }
        }
        return null;
    }
}
