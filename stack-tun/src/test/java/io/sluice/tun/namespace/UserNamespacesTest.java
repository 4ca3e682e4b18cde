package io.sluice.tun.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.tun.NeedsNamespaces;
import io.sluice.tun.TunDevice;
import io.sluice.tun.linux.Capability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A process without capabilities gets TUN devices by starting itself anew in a user namespace. (The one it is left here is
 * what the kernel wants of user 0 where others need none, to map itself.)
 */
@NeedsNamespaces
@Timeout(120)
class UserNamespacesTest {
    private static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    @Test
    void aWrappedCommandRunsInNamespacesOfItsOwn() throws Exception {
        assertTrue(UserNamespaces.probe().allowed(), UserNamespaces.probe().explanation());
        for (String kind : List.of("net", "user")) {
            Path link = Path.of("/proc/self/ns", kind);
            String inside = output(UserNamespaces.wrap(List.of("readlink", link.toString())));
            assertNotEquals(Files.readSymbolicLink(link).toString(), inside);
        }
    }

    @Test
    void aProgramStartsItselfAnewAndOpensADevice() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("java.class.path");
        String program = Program.class.getName();
        List<String> lines = output(List.of(
                        "setpriv", "--bounding-set=-all,+setfcap", java, "-cp", classPath, program, "two words", ""))
                .lines()
                .toList();
        assertEquals("no capability: start anew", lines.get(0));
        assertEquals("sluice0 is up [two words, ]", lines.get(1));
        assertTrue(lines.get(2).startsWith("made namespace at /proc/"), lines.get(2));
        assertEquals("sluice0 is up inside", lines.get(3));
    }

    /** What a program that needs a device does. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            if (!Capability.CAP_NET_ADMIN.isEffective()) {
                System.out.println("no capability: start anew");
                Process anew = new ProcessBuilder(UserNamespaces.wrapThisProcess())
                        .inheritIO()
                        .start();
                System.exit(anew.waitFor());
            }
            NetworkNamespace.bringLoopbackUp();
            try (TunDevice device = TunDevice.builder().address("10.0.0.1/24").open()) {
                System.out.println(device + " is " + (device.isUp() ? "up " : "down ") + List.of(arguments));
            }
            try (NetworkNamespace namespace = NetworkNamespace.create();
                    TunDevice device = namespace.call(TunDevice.builder()::open)) {
                System.out.println("made " + namespace);
                boolean there = namespace.exec("ip", "link").contains(device.name());
                System.out.println(device + " is " + (device.isUp() && there ? "up inside" : "not there"));
            }
        }
    }
}
