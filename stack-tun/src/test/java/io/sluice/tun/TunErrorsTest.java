package io.sluice.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.tun.TunConfig.Existing;
import io.sluice.tun.linux.LibC;
import io.sluice.tun.linux.TunIoctl;
import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Each way to fail has its exception, a message that says what to do, and leaves no device or descriptor behind. */
@NeedsNamespaces
@Timeout(60)
class TunErrorsTest {
    private final NetworkNamespace namespace;

    TunErrorsTest() throws IOException {
        namespace = NetworkNamespace.create();
    }

    @AfterEach
    void removeNamespace() throws IOException {
        namespace.close();
    }

    private TunDevice open(TunConfig.Builder config) throws IOException {
        return namespace.call(config::open);
    }

    private static <E extends TunException> void assertSays(Class<E> type, String advice, Executable action) {
        String message = String.valueOf(assertThrows(type, action).getMessage());
        assertTrue(message.contains(advice), message);
    }

    @Test
    void noDriver(@TempDir Path directory) throws IOException {
        TunConfig.Builder config = TunDevice.builder().controlDevice(directory.resolve("tun"));
        assertSays(TunUnavailableException.class, "modprobe tun", () -> open(config));
        TunConfig.Builder noDevice = TunDevice.builder().controlDevice(Files.createFile(directory.resolve("file")));
        assertThrows(TunException.class, () -> open(noDevice));
    }

    @Test
    void noPermission() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = namespace.start(new ProcessBuilder(List.of(
                        "setpriv",
                        "--bounding-set=-net_admin",
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        OpenAndReport.class.getName()))
                .redirectErrorStream(true));
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        assertTrue(said.contains("TunPermissionException"), said);
        assertTrue(said.contains("CAP_NET_ADMIN"), said);
    }

    @Test
    void heldByAnother() throws IOException {
        try (TunDevice device = open(TunDevice.builder())) {
            TunConfig.Builder same = TunDevice.builder().name(device.name());
            assertSays(TunBusyException.class, "held by another process", () -> open(same));
            assertSays(TunBusyException.class, "exists already", () -> open(same.existing(Existing.FORBID)));
            assertTrue(device.isUp());
        }
    }

    @Test
    void noSuchDevice() {
        TunConfig.Builder config = TunDevice.builder().name("missing0").existing(Existing.REQUIRE);
        assertSays(NoSuchTunException.class, "ip tuntap add", () -> open(config));
    }

    @Test
    void anotherKindOfInterface() throws IOException {
        assertSays(
                TunException.class,
                "no TUN device",
                () -> open(TunDevice.builder().name("lo")));
        namespace.exec("ip", "tuntap", "add", "mode", "tap", "name", "tap0");
        assertSays(TunException.class, "a TAP", () -> open(TunDevice.builder().name("tap0")));
    }

    @Test
    void queuesThatDoNotMatch() throws IOException {
        try (TunDevice device = open(TunDevice.builder())) {
            TunConfig.Builder config = TunDevice.builder().name(device.name()).multiQueue(true);
            assertSays(TunException.class, "queues do not match", () -> open(config));
        }
    }

    @Test
    void aFailedConfigurationLeavesNothing() throws IOException {
        long before = openDevicesAndSockets();
        TunConfig.Builder noSuchGateway = TunDevice.builder().route(TunRoute.via("10.1.0.0/16", "10.2.0.1"));
        assertSays(TunException.class, "the kernel says: ", () -> open(noSuchGateway));
        assertFalse(namespace.exec("ip", "link").contains("sluice"));
        assertEquals(before, openDevicesAndSockets());
    }

    @Test
    void ipv6SwitchedOff() throws IOException {
        namespace.sysctl("net.ipv6.conf.default.disable_ipv6", "1");
        TunConfig.Builder config = TunDevice.builder().address("fd00::1/64");
        assertSays(TunException.class, "disable_ipv6", () -> open(config));
        open(TunDevice.builder().address("10.0.0.1/24")).close();
    }

    @Test
    void descriptorsThatAreNone() throws IOException {
        TunConfig config = TunConfig.builder().build();
        assertSays(TunException.class, "is not open", () -> TunDevice.adopt(99_999, config));
        int unattached = LibC.openFile("/dev/net/tun", LibC.O_RDWR);
        assertSays(TunException.class, "TUNSETIFF comes first", () -> TunDevice.adopt(unattached, config));
        namespace.call(() -> TunIoctl.attach(unattached, "tap%d", TunIoctl.IFF_TAP | TunIoctl.IFF_NO_PI));
        assertSays(TunException.class, "a TAP's", () -> TunDevice.adopt(unattached, config));
        LibC.closeFile(unattached);
        int tun = LibC.openFile("/dev/net/tun", LibC.O_RDWR);
        namespace.call(() -> TunIoctl.attach(tun, "tun%d", TunIoctl.IFF_TUN | TunIoctl.IFF_NO_PI));
        TunConfig ethernet = TunConfig.builder().ethernet().build();
        assertSays(TunException.class, "no TAP's", () -> TunDevice.adopt(tun, ethernet));
        LibC.closeFile(tun);
    }

    @Test
    void aClosedDevice() throws IOException {
        TunDevice device = open(TunDevice.builder());
        device.close();
        assertSays(TunException.class, "was closed", () -> device.setUp(true));
        assertSays(TunException.class, "was closed", device::isUp);
        assertSays(TunException.class, "was closed", () -> device.setPersistent(true));
    }

    @Test
    void valuesOutOfRange() {
        assertThrows(
                IllegalArgumentException.class,
                () -> TunConfig.builder().name("").build());
        assertThrows(
                IllegalArgumentException.class,
                () -> TunConfig.builder().name("sixteen-octets-0").build());
        assertThrows(
                IllegalArgumentException.class,
                () -> TunConfig.builder().name("a b").build());
        assertThrows(
                IllegalArgumentException.class,
                () -> TunConfig.builder().name("a/b").build());
        assertThrows(
                IllegalArgumentException.class,
                () -> TunConfig.builder().mtu(67).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> TunConfig.builder().mtu(65_536).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> TunConfig.builder().queues(0).build());
        assertThrows(IllegalArgumentException.class, () -> TunConfig.builder().address("10.0.0.1/33"));
        assertThrows(IllegalArgumentException.class, () -> TunRoute.via("10.0.0.0/8", "fd00::1"));
    }

    private static long openDevicesAndSockets() throws IOException {
        long count = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path file : files) {
                count += isDeviceOrSocket(file) ? 1 : 0;
            }
        }
        return count;
    }

    private static boolean isDeviceOrSocket(Path file) throws IOException {
        try {
            String target = Files.readSymbolicLink(file).toString();
            return target.equals("/dev/net/tun") || target.startsWith("socket:");
        } catch (NoSuchFileException closedMeanwhile) {
            return false;
        }
    }

    /** Opens a device in a process of its own and prints what happens. */
    static final class OpenAndReport {
        private OpenAndReport() {}

        public static void main(String[] arguments) throws IOException {
            try (TunDevice device = TunDevice.builder().open()) {
                System.out.println("opened " + device);
            } catch (TunException e) {
                System.out.println(e);
            }
        }
    }
}
