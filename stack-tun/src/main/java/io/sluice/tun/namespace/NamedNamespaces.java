package io.sluice.tun.namespace;

import io.sluice.tun.linux.Errno;
import io.sluice.tun.linux.ErrnoException;
import io.sluice.tun.linux.LibC;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names under {@code /run/netns}, as ip-netns(8) has them: each is a file with a namespace mounted on it, which keeps
 * the namespace alive. Ours hold the process id of their maker, so that the next one can remove what a killed process
 * left behind.
 */
final class NamedNamespaces {
    static final Path DIRECTORY = Path.of("/run/netns");

    private static final String PREFIX = "sluice-";
    private static final Pattern OURS = Pattern.compile(PREFIX + "(\\d+)-\\d+");

    private NamedNamespaces() {}

    /** Names the namespace that {@code fd} stands for; returns its file. */
    static Path add(int fd) throws IOException {
        Files.createDirectories(DIRECTORY);
        Path file = createFile();
        try {
            LibC.bindMount("/proc/thread-self/fd/" + fd, file.toString());
            return file;
        } catch (ErrnoException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static Path createFile() throws IOException {
        long pid = ProcessHandle.current().pid();
        for (int n = 0; ; n++) {
            Path file = DIRECTORY.resolve(PREFIX + pid + "-" + n);
            try {
                return Files.createFile(file);
            } catch (FileAlreadyExistsException taken) {
                // the next number
            }
        }
    }

    /** Takes the name away; the namespace goes with the last process or device in it. No error if it is gone. */
    static void remove(Path file) throws IOException {
        try {
            LibC.unmount(file.toString());
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EINVAL && e.errno() != Errno.ENOENT) {
                throw e; // those two: nothing is mounted there
            }
        }
        Files.deleteIfExists(file);
    }

    /** Removes the names that processes left behind which do not live any more; returns how many. */
    static int removeLeftovers() throws IOException {
        if (!Files.isDirectory(DIRECTORY)) {
            return 0;
        }
        int removed = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(DIRECTORY, PREFIX + "*")) {
            for (Path file : files) {
                Matcher name = OURS.matcher(file.getFileName().toString());
                if (name.matches() && !Files.exists(Path.of("/proc", name.group(1)))) {
                    remove(file);
                    removed++;
                }
            }
        }
        return removed;
    }
}
