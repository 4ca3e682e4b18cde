// architecture | cli/src/main/java/io/sluice/misc | LayersTest.KNOWN_PACKAGES
package io.sluice.misc;

/** Breaks the rule that every package has a place in the layers. */
final class UnknownPackage {
    private UnknownPackage() {}
}
