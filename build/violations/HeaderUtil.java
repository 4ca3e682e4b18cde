// architecture | stack-core/src/main/java/io/sluice/wire | ClassesTest.NAMES
package io.sluice.wire;

/** Breaks the rule on names that say nothing. */
final class HeaderUtil {
    private HeaderUtil() {}
}
