package io.sluice.netty;

import java.io.IOException;
import java.nio.file.OpenOption;
import java.util.HashSet;
import java.util.Set;

/** How the octets of a file come into memory. */
public enum FileAccess {
    /** Through the kernel's page cache: right for what is asked for again and again. */
    PAGE_CACHE {
        @Override
        public Set<OpenOption> with(OpenOption... options) {
            return Set.of(options);
        }
    },
    /** Past it (O_DIRECT): right for what is much larger than memory. Not every file system can. */
    DIRECT {
        @Override
        public Set<OpenOption> with(OpenOption... options) throws IOException {
            Set<OpenOption> all = new HashSet<>(Set.of(options));
            all.add(direct());
            return all;
        }
    };

    /**
     * The options to open a file with that is to be read so. With O_DIRECT, where in the file and in memory a read begins, and how
     * long it is, must be multiples of the file system's block size.
     *
     * @throws IOException if this JDK cannot
     */
    public abstract Set<OpenOption> with(OpenOption... options) throws IOException;

    /** The JDK's own option, by its name: javac of JDK 22 and later warns of its type, which nothing suppresses. */
    private static OpenOption direct() throws IOException {
        try {
            return (OpenOption) Class.forName("com.sun.nio.file.ExtendedOpenOption")
                    .getField("DIRECT")
                    .get(null);
        } catch (ReflectiveOperationException e) {
            throw new IOException("this JDK cannot read past the page cache", e);
        }
    }
}
