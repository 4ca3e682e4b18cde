package io.sluice.packetdrill.kernel;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.sluice.api.Endpoint;
import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.run.Arguments;
import io.sluice.packetdrill.run.FlowTracker;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunFailure;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls that move octets: from and to buffers, files and pipes. */
final class TransferCalls {
    private static final long MSG_FASTOPEN = 0x2000_0000;

    private final RunConfig config;
    private final Descriptors descriptors;
    private final FlowTracker flows;
    private final ScratchFiles files;

    TransferCalls(RunConfig config, Descriptors descriptors, FlowTracker flows, ScratchFiles files) {
        this.config = config;
        this.descriptors = descriptors;
        this.flows = flows;
        this.files = files;
    }

    Map<String, KernelSystemCalls.Handler> handlers() {
        return Map.ofEntries(
                Map.entry("read", this::read),
                Map.entry("recv", this::recv),
                Map.entry("recvfrom", this::recv),
                Map.entry("write", this::write),
                Map.entry("send", this::send),
                Map.entry("sendto", this::sendto),
                Map.entry("open", this::open),
                Map.entry("sendfile", this::sendfile),
                Map.entry("pipe", a -> pipe(a, 0)),
                Map.entry("pipe2", a -> pipe(a, (int) a.integer(1))),
                Map.entry("splice", this::splice));
    }

    private Prepared read(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        Memory into = buffer(a, 1, a.integer(2));
        long length = a.integer(2);
        return checkingContent(a, Prepared.of(() -> KernelLibC.read(fd, into, length)), into);
    }

    private Prepared recv(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        long length = a.integer(2);
        int flags = (int) a.integer(3);
        Memory into = buffer(a, 1, length);
        return checkingContent(a, Prepared.of(() -> KernelLibC.recv(fd, into, length, flags)), into);
    }

    private static @Nullable Memory buffer(Arguments a, int i, long length) throws RunFailure {
        return SocketCalls.isNull(a.get(i)) ? null : new Memory(Math.max(1, length));
    }

    private static Prepared checkingContent(Arguments a, Prepared call, @Nullable Memory into) throws RunFailure {
        Expression expected = a.get(1);
        if (into == null || !(expected instanceof Expression.StringValue text)) {
            return call;
        }
        return call.checking(() -> {
            for (int i = 0; i < text.value().length(); i++) {
                if ((byte) text.value().charAt(i) != into.getByte(i)) {
                    throw a.failure(expected, "what was received differs at octet " + i);
                }
            }
        });
    }

    private Prepared write(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        long length = a.integer(2);
        Memory data = data(a, 1, length);
        return Prepared.of(() -> KernelLibC.write(fd, data, length));
    }

    /** What a script says of a buffer to send; null for {@code NULL}. */
    static @Nullable Memory data(Arguments a, int i, long length) throws RunFailure {
        if (SocketCalls.isNull(a.get(i))) {
            return null;
        }
        return copy(a.bytes(i, length));
    }

    static Memory copy(ByteBuffer octets) {
        Memory data = new Memory(Math.max(1, octets.remaining()));
        byte[] array = new byte[octets.remaining()];
        octets.get(0, array);
        data.write(0, array, 0, array.length);
        return data;
    }

    private Prepared send(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        long length = a.integer(2);
        int flags = (int) a.integer(3);
        Memory data = data(a, 1, length);
        return Prepared.of(() -> KernelLibC.sendto(fd, data, length, flags, null, 0));
    }

    private Prepared sendto(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        long length = a.integer(2);
        int flags = (int) a.integer(3);
        Memory data = data(a, 1, length);
        if (SocketCalls.isNull(a.get(4))) {
            return Prepared.of(() -> KernelLibC.sendto(fd, data, length, flags, null, 0));
        }
        Endpoint to = a.endpoint(4, new Endpoint(config.remote(), config.connectPort()));
        Memory address = SocketAddress.of(to, config.ipv6Sockets());
        Prepared call = Prepared.of(() -> KernelLibC.sendto(fd, data, length, flags, address, (int) address.size()));
        return connecting(call, fd, flags, to.port());
    }

    /** {@code MSG_FASTOPEN} connects. */
    Prepared connecting(Prepared call, int fd, int flags, int port) {
        return (flags & MSG_FASTOPEN) == 0 ? call : call.then(() -> flows.onConnect(SocketAddress.localPort(fd), port));
    }

    private Prepared open(Arguments a) throws RunFailure {
        if (!(a.get(0) instanceof Expression.StringValue path)) {
            throw a.failure(a.get(0), "a path was expected here");
        }
        String file = files.locate(path.value())
                .orElseThrow(() -> a.failure(path, "only files that the script's commands have made can be opened"));
        int flags = (int) a.integer(1);
        return Prepared.descriptor(() -> KernelLibC.open(file, flags, 0));
    }

    private Prepared sendfile(Arguments a) throws RunFailure {
        int out = descriptors.of(a, 0);
        int in = descriptors.of(a.integer(1));
        Pointer offset = offset(a, 2);
        long count = a.integer(3);
        return Prepared.of(() -> KernelLibC.sendfile(out, in, offset, count));
    }

    private static @Nullable Memory offset(Arguments a, int i) throws RunFailure {
        if (SocketCalls.isNull(a.get(i))) {
            return null;
        }
        Memory offset = new Memory(Long.BYTES);
        offset.setLong(0, a.integer(a.elements(i).get(0)));
        return offset;
    }

    private Prepared pipe(Arguments a, int flags) throws RunFailure {
        Memory ends = new Memory(2 * Integer.BYTES);
        List<Expression> names = a.elements(0);
        return Prepared.of(() -> KernelLibC.pipe2(ends, flags)).checking(() -> {
            for (int i = 0; i < names.size(); i++) {
                descriptors.bind(a.integer(names.get(i)), ends.getInt((long) i * Integer.BYTES));
            }
        });
    }

    private Prepared splice(Arguments a) throws RunFailure {
        int in = descriptors.of(a, 0);
        Pointer inOffset = offset(a, 1);
        int out = descriptors.of(a, 2);
        Pointer outOffset = offset(a, 3);
        long length = a.integer(4);
        int flags = (int) a.integer(5);
        return Prepared.of(() -> KernelLibC.splice(in, inOffset, out, outOffset, length, flags));
    }
}
