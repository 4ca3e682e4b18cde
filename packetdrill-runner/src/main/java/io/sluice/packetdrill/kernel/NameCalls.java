package io.sluice.packetdrill.kernel;

import com.sun.jna.Memory;
import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.run.Arguments;
import io.sluice.packetdrill.run.RunFailure;
import java.util.Map;

/** Calls about what a descriptor is called: by other numbers, and by the addresses of its ends. */
final class NameCalls {
    /** {@code fcntl} commands, on Linux. */
    private static final int F_DUPFD = 0;

    private static final int F_GETFD = 1;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private final Descriptors descriptors;

    NameCalls(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    Map<String, KernelSystemCalls.Handler> handlers() {
        return Map.of(
                "dup", this::dup,
                "dup2", this::dup2,
                "dup3", this::dup3,
                "getsockname", a -> name(a, KernelLibC::getsockname),
                "getpeername", a -> name(a, KernelLibC::getpeername));
    }

    private Prepared dup(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        return Prepared.descriptor(() -> KernelLibC.fcntl(fd, F_DUPFD, 0));
    }

    private Prepared dup2(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        if (a.integer(0) != a.integer(1)) {
            return copyTo(a, fd, F_DUPFD);
        }
        long number = a.integer(1);
        return Prepared.of(() -> KernelLibC.fcntl(fd, F_GETFD, 0) < 0 ? -1 : number);
    }

    private Prepared dup3(Arguments a) throws RunFailure {
        int fd = descriptors.of(a, 0);
        if (a.integer(0) == a.integer(1) || !a.name(2).equals("O_CLOEXEC")) {
            throw a.failure(a.get(1), "only dup3 to another number with O_CLOEXEC is supported here");
        }
        return copyTo(a, fd, F_DUPFD_CLOEXEC);
    }

    /** The script's number stands for whichever the kernel gives; what it stood for before is closed. */
    private Prepared copyTo(Arguments a, int fd, int command) throws RunFailure {
        long number = a.integer(1);
        int before = descriptors.of(number);
        Expression expected = a.call().result();
        return Prepared.descriptor(() -> {
                    int copy = KernelLibC.fcntl(fd, command, 0);
                    if (copy >= 0 && before >= 0) {
                        KernelLibC.close(before);
                    }
                    return copy;
                })
                .checking(() -> {
                    if (a.integer(expected) != number) {
                        throw a.failure(expected, "returned " + number);
                    }
                });
    }

    /** Asks for an address. */
    @FunctionalInterface
    private interface Asks {
        int call(int fd, Memory address, Memory length);
    }

    private Prepared name(Arguments a, Asks asks) throws RunFailure {
        int fd = descriptors.of(a, 0);
        Memory address = SocketAddress.room();
        Memory length = new Memory(Integer.BYTES);
        length.setInt(0, (int) address.size());
        return Prepared.of(() -> asks.call(fd, address, length))
                .checking(() -> a.checkAddress(1, SocketAddress.read(address)));
    }
}
