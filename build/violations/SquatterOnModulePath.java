// architecture | stack-posix/src/main/java/io/sluice/sim | ModulePathTest.modulesResolveAndShareNoPackage io.sluice.sim
package io.sluice.sim;

/** Breaks the module path: stack-posix and stack-sim both have this package. */
final class SquatterOnModulePath {
    private SquatterOnModulePath() {}
}
