package io.sluice.tun.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.tun.NeedsNamespaces;
import io.sluice.tun.linux.LibC;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A namespace is a place of its own, is reachable by name, and leaves nothing behind. */
@NeedsNamespaces
@Timeout(60)
class NetworkNamespaceTest {
    private static final Path CURRENT = Path.of("/proc/thread-self/ns/net");

    @Test
    void tasksRunInsideAndTheCallerStaysOutside() throws IOException {
        Path outside = Files.readSymbolicLink(CURRENT);
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            Path inside = namespace.call(() -> Files.readSymbolicLink(CURRENT));
            assertNotEquals(outside, inside);
            assertEquals(inside, namespace.call(() -> Files.readSymbolicLink(CURRENT)));
            assertEquals(outside, Files.readSymbolicLink(CURRENT));
        }
    }

    @Test
    void hasNothingButALoopbackInterfaceThatIsUp() throws IOException {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            String interfaces = namespace.exec("ip", "-o", "link", "show", "up");
            assertEquals(1, interfaces.lines().count(), interfaces);
            assertTrue(interfaces.contains("lo: <LOOPBACK,UP"), interfaces);
            assertTrue(namespace.call(() -> NetworkInterface.getByName("lo").isUp()));
        }
    }

    @Test
    void isReachableByItsNameAndByItsPath() throws IOException, InterruptedException {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            needsNames(namespace);
            String inside =
                    namespace.call(() -> Files.readSymbolicLink(CURRENT)).toString();
            assertTrue(namespace
                    .name()
                    .startsWith("sluice-" + ProcessHandle.current().pid() + "-"));
            String[] readLink = {"readlink", "/proc/self/ns/net"};
            assertEquals(inside, output("ip", "netns", "exec", namespace.name(), readLink[0], readLink[1]));
            assertEquals(inside, output("nsenter", "--net=" + namespace.path(), readLink[0], readLink[1]));
            try (NetworkNamespace again = NetworkNamespace.open(namespace.name())) {
                assertEquals(inside, again.exec(readLink).strip());
            }
            assertTrue(Files.exists(namespace.path()), "closing what was opened by name leaves it");
        }
    }

    @Test
    void processesStartInside() throws IOException {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            Path inside = namespace.call(() -> Files.readSymbolicLink(CURRENT));
            assertEquals(
                    inside.toString(),
                    namespace.exec("readlink", "/proc/self/ns/net").strip());
            IOException failed = assertThrows(IOException.class, () -> namespace.exec("ip", "link", "show", "nothing"));
            assertTrue(String.valueOf(failed.getMessage()).contains("nothing"), failed.getMessage());
            assertThrows(IOException.class, () -> namespace.exec("no-such-command"));
        }
    }

    @Test
    void socketsStayWhereTheyWereOpened() throws IOException {
        try (NetworkNamespace namespace = NetworkNamespace.create();
                ServerSocketChannel server = namespace.call(() -> ServerSocketChannel.open()
                        .bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0)))) {
            InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
            assertThrows(ConnectException.class, () -> SocketChannel.open(address));
            try (SocketChannel client = namespace.call(() -> SocketChannel.open(address));
                    SocketChannel accepted = server.accept()) {
                assertEquals(client.getLocalAddress(), accepted.getRemoteAddress());
            }
        }
    }

    @Test
    void tasksRunSideBySide() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            CountDownLatch second = new CountDownLatch(1);
            Future<Boolean> first = namespace.submit(() -> second.await(30, TimeUnit.SECONDS));
            namespace.run(second::countDown);
            assertTrue(first.get());
        }
    }

    @Test
    void whatATaskThrowsReachesTheCaller() throws IOException {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            assertThrows(
                    FileNotFoundException.class,
                    () -> namespace.run(() -> {
                        throw new FileNotFoundException("checked");
                    }));
            assertThrows(
                    IllegalStateException.class,
                    () -> namespace.run(() -> {
                        throw new IllegalStateException("unchecked");
                    }));
        }
    }

    @Test
    void sysctlsAreItsOwn() throws IOException {
        Path outside = Path.of("/proc/sys/net/ipv4/ip_default_ttl");
        String before = Files.readString(outside);
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.sysctl("net.ipv4.ip_default_ttl", "33");
            assertEquals("33", namespace.sysctl("net.ipv4.ip_default_ttl"));
            assertEquals("33", namespace.sysctl("net/ipv4/ip_default_ttl"));
            assertEquals(before, Files.readString(outside));
            namespace.sysctl("net.ipv4.tcp_congestion_control", "reno");
            assertEquals("reno", namespace.sysctl("net.ipv4.tcp_congestion_control"));
            assertThrows(IOException.class, () -> namespace.sysctl("net.ipv4.no_such_thing", "1"));
        }
    }

    @Test
    void closingKillsProcessesAndRemovesTheName() throws IOException, InterruptedException {
        NetworkNamespace namespace = NetworkNamespace.create();
        Process process = namespace.start(new ProcessBuilder("cat"));
        assertTrue(Files.exists(namespace.path()));
        namespace.close();
        namespace.close();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertFalse(Files.exists(namespace.path()));
    }

    @Test
    void leftoversOfDeadProcessesAreRemoved() throws IOException, InterruptedException {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path leftover = NamedNamespaces.DIRECTORY.resolve("sluice-" + dead.pid() + "-0");
        Path foreign = NamedNamespaces.DIRECTORY.resolve("sluice-of-somebody-" + dead.pid());
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            needsNames(namespace);
            Files.createFile(leftover);
            Files.createFile(foreign);
            LibC.bindMount(namespace.path().toString(), leftover.toString());
            NetworkNamespace.create().close();
            assertFalse(Files.exists(leftover));
            assertTrue(Files.exists(foreign), "not a name of ours");
            assertTrue(Files.exists(namespace.path()), "its process lives");
        } finally {
            Files.deleteIfExists(foreign);
        }
    }

    /** Only who is root of the whole machine may mount, which is what a name takes. */
    private static void needsNames(NetworkNamespace namespace) throws IOException {
        boolean named = namespace.path().startsWith(NamedNamespaces.DIRECTORY);
        String users = Files.readString(Path.of("/proc/self/uid_map")).strip();
        if (!named && !users.endsWith("4294967295")) {
            System.err.println("NOT RUN: a test of named namespaces, which root of a user namespace cannot make");
            Assumptions.abort("root of a user namespace only");
        }
        assertTrue(named, namespace.name());
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
