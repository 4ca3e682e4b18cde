package io.sluice.packetdrill.kernel;

import com.sun.jna.Memory;
import io.sluice.packetdrill.command.Tool;
import io.sluice.tun.namespace.NetworkNamespace;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** {@code ethtool -K tun0 gso off tso off}, through the ioctl that ethtool makes. */
final class OffloadTool implements Tool {
    private static final long SIOCETHTOOL = 0x8946;

    /** {@code ETHTOOL_STSO}, {@code ETHTOOL_SGSO}, {@code ETHTOOL_SGRO}. */
    private static final Map<String, Integer> COMMANDS = Map.of("tso", 0x1f, "gso", 0x24, "gro", 0x2c);

    private static final int REQUEST_BYTES = 40;
    private static final int DATA = 16;
    private static final int SOCK_DGRAM = 2;

    private final NetworkNamespace namespace;

    OffloadTool(NetworkNamespace namespace) {
        this.namespace = namespace;
    }

    @Override
    public Outcome run(List<String> words, List<String> input) {
        if (words.size() < 3 || !words.get(1).equals("-K")) {
            return Outcome.failed("only ethtool -K DEVICE FEATURE on|off ... is supported");
        }
        for (int i = 3; i + 1 < words.size(); i += 2) {
            Integer command = COMMANDS.get(words.get(i));
            if (command == null) {
                return Outcome.failed("no such feature here: " + words.get(i));
            }
            int errno = set(words.get(2), command, words.get(i + 1).equals("on"));
            if (errno != 0) {
                return Outcome.failed(words.get(i) + ": errno " + errno);
            }
        }
        return Outcome.done();
    }

    private int set(String device, int command, boolean on) {
        return namespace.call(() -> {
            Memory value = new Memory(2 * Integer.BYTES);
            value.setInt(0, command);
            value.setInt(Integer.BYTES, on ? 1 : 0);
            Memory request = new Memory(REQUEST_BYTES);
            request.clear();
            byte[] name = device.getBytes(StandardCharsets.US_ASCII);
            request.write(0, name, 0, Math.min(name.length, DATA - 1));
            request.setPointer(DATA, value);
            int fd = KernelLibC.socket(KernelLibC.AF_INET, SOCK_DGRAM, 0);
            int result = KernelLibC.ioctl(fd, SIOCETHTOOL, request);
            int errno = result < 0 ? KernelLibC.errno() : 0;
            KernelLibC.close(fd);
            return errno;
        });
    }
}
