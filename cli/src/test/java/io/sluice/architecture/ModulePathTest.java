package io.sluice.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The published modules work on the module path. All other tests run on the class path, where nobody would notice a
 * missing {@code requires} of a transitive module or a package in two modules.
 */
final class ModulePathTest {
    private static final Set<String> MODULES = Set.of(
            "io.sluice.core",
            "io.sluice.stacks",
            "io.sluice.posix",
            "io.sluice.tun",
            "io.sluice.netty",
            "io.sluice.sim",
            "io.sluice.tls",
            "io.sluice.packetdrill");

    @Test
    void modulesResolveAndShareNoPackage() {
        Path[] path = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .toArray(Path[]::new);
        Configuration configuration =
                ModuleLayer.boot().configuration().resolve(ModuleFinder.of(path), ModuleFinder.of(), MODULES);

        ModuleLayer layer = ModuleLayer.defineModulesWithOneLoader(
                        configuration, List.of(ModuleLayer.boot()), ClassLoader.getPlatformClassLoader())
                .layer();

        Set<String> ours = new TreeSet<>();
        for (Module module : layer.modules()) {
            if (module.getName().startsWith("io.sluice.")) {
                ours.add(module.getName());
            }
        }
        assertEquals(new TreeSet<>(MODULES), ours);
    }
}
