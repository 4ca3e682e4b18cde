package io.sluice.packetdrill.kernel;

import com.sun.jna.Memory;
import io.sluice.packetdrill.run.Arguments;
import io.sluice.packetdrill.run.RunFailure;
import java.util.HashMap;
import java.util.Map;

/** The file descriptors of a script: what it calls them, and what they are. */
final class Descriptors {
    private final Map<Long, Integer> live = new HashMap<>();
    private int last = -1;

    /** The descriptor that argument {@code i} names; -1 if there is none. */
    int of(Arguments a, int i) throws RunFailure {
        last = of(a.integer(i));
        return last;
    }

    int of(long scripted) {
        return live.getOrDefault(scripted, -1);
    }

    void bind(long scripted, int fd) {
        live.put(scripted, fd);
        last = fd;
    }

    void forget(long scripted) {
        live.remove(scripted);
        last = -1; // the number may be somebody else's at once
    }

    /** The one that the last call was about. */
    int last() {
        return last;
    }

    /** Closes what the script left open, connections by a RST, so that nothing lingers and no call stays blocked. */
    void closeAll() {
        Memory atOnce = new Memory(2 * Integer.BYTES);
        atOnce.setInt(0, 1);
        atOnce.setInt(Integer.BYTES, 0);
        for (int fd : live.values()) {
            KernelLibC.setsockopt(fd, KernelLibC.SOL_SOCKET, KernelLibC.SO_LINGER, atOnce, 2 * Integer.BYTES);
            KernelLibC.shutdown(fd, KernelLibC.SHUT_RDWR);
            KernelLibC.close(fd);
        }
        live.clear();
    }
}
