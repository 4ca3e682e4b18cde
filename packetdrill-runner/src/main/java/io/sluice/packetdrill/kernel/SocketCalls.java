package io.sluice.packetdrill.kernel;

import com.sun.jna.Memory;
import io.sluice.api.Endpoint;
import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.run.Arguments;
import io.sluice.packetdrill.run.FlowTracker;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunFailure;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Calls that make, name, connect and end sockets. */
final class SocketCalls {
    /** On Linux: what a socket that may not wait says of an attempt that has begun. */
    private static final int EINPROGRESS = 115;

    private static final int SOCK_STREAM = 1;
    private static final int SOCK_TYPE_MASK = 0xF;

    private final RunConfig config;
    private final Descriptors descriptors;
    private final FlowTracker flows;
    private final Supplier<String> congestionControl;

    /** @param congestionControl what every socket is to be told */
    SocketCalls(RunConfig config, Descriptors descriptors, FlowTracker flows, Supplier<String> congestionControl) {
        this.config = config;
        this.descriptors = descriptors;
        this.flows = flows;
        this.congestionControl = congestionControl;
    }

    Map<String, KernelSystemCalls.Handler> handlers() {
        return Map.of(
                "socket", this::socket,
                "bind", this::bind,
                "listen", this::listen,
                "accept", a -> accept(a, 0),
                "accept4", a -> accept(a, (int) a.integer(3)),
                "connect", this::connect,
                "shutdown", this::shutdown,
                "close", this::close);
    }

    private Prepared socket(Arguments a) throws RunFailure {
        int usual = config.ipv6Sockets() ? KernelLibC.AF_INET6 : KernelLibC.AF_INET;
        int domain = a.isEllipsis(0) ? usual : (int) a.integer(0);
        int type = (int) a.integer(1);
        int protocol = (int) a.integer(2);
        byte[] name = congestionControl.get().getBytes(StandardCharsets.US_ASCII);
        Memory algorithm = new Memory(name.length);
        algorithm.write(0, name, 0, name.length);
        boolean stream = (type & SOCK_TYPE_MASK) == SOCK_STREAM;
        return Prepared.descriptor(() -> {
            int fd = KernelLibC.socket(domain, type, protocol);
            if (fd >= 0 && stream) {
                KernelLibC.setsockopt(fd, KernelLibC.SOL_TCP, KernelLibC.TCP_CONGESTION, algorithm, name.length);
            }
            return fd;
        });
    }

    private Prepared bind(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        Memory address = address(a, 1, new Endpoint(config.local(), config.bindPort()));
        int length = length(a, address);
        AtomicInteger result = new AtomicInteger();
        return Prepared.of(() -> {
                    result.set(KernelLibC.bind(fd, address, length));
                    return result.get();
                })
                .then(() -> {
                    if (result.get() == 0) {
                        flows.onBind(SocketAddress.localPort(fd));
                    }
                });
    }

    private Memory address(Arguments a, int i, Endpoint usual) throws RunFailure {
        return SocketAddress.of(a.endpoint(i, usual), config.ipv6Sockets());
    }

    private Prepared listen(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        int backlog = (int) a.integer(1);
        return Prepared.of(() -> KernelLibC.listen(fd, backlog));
    }

    private Prepared accept(Arguments a, int flags) throws RunFailure {
        int fd = descriptors.of(a, 0);
        if (isNull(a.get(1))) {
            return Prepared.descriptor(() -> KernelLibC.accept4(fd, null, null, flags));
        }
        Memory address = SocketAddress.room();
        Memory length = new Memory(Integer.BYTES);
        length.setInt(0, (int) address.size());
        return Prepared.descriptor(() -> KernelLibC.accept4(fd, address, length, flags))
                .checking(() -> a.checkAddress(1, SocketAddress.read(address)));
    }

    /** The length that a script gives for an address, as far as there is one. */
    private static int length(Arguments a, Memory address) throws RunFailure {
        return a.isEllipsis(2) ? (int) address.size() : (int) Math.min(a.integer(2), address.size());
    }

    private Prepared connect(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        if (a.isUnspecified(1)) {
            Memory none = SocketAddress.room();
            none.clear();
            return Prepared.of(() -> KernelLibC.connect(fd, none, (int) none.size()));
        }
        Endpoint remote = a.endpoint(1, new Endpoint(config.remote(), config.connectPort()));
        Memory address = SocketAddress.of(remote, config.ipv6Sockets());
        int length = length(a, address);
        AtomicInteger error = new AtomicInteger();
        return Prepared.of(() -> {
                    long result = KernelLibC.connect(fd, address, length);
                    error.set(result < 0 ? KernelLibC.errno() : 0);
                    return result;
                })
                .then(() -> {
                    if (error.get() == 0 || error.get() == EINPROGRESS) {
                        flows.onConnect(SocketAddress.localPort(fd), remote.port());
                    }
                });
    }

    private Prepared shutdown(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        int how = (int) a.integer(1);
        return Prepared.of(() -> KernelLibC.shutdown(fd, how));
    }

    private Prepared close(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        long scripted = a.integer(0);
        return Prepared.of(() -> KernelLibC.close(fd)).then(() -> descriptors.forget(scripted));
    }

    /** Whether an argument is {@code NULL}. */
    static boolean isNull(Expression e) {
        return e instanceof Expression.Name name && name.name().equals("NULL");
    }
}
