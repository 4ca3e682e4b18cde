// architecture | cli/src/main/java/io/sluice/tun | LayersTest.ONE_MODULE
package io.sluice.tun;

/** Breaks the rule that a package is in one module. */
final class Squatter {
    private Squatter() {}
}
