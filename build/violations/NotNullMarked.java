// architecture | cli/src/main/java/io/sluice/cli/unmarked | LayersTest.NULL_MARKED
package io.sluice.cli.unmarked;

/** Breaks the rule that every package is null-marked. */
final class NotNullMarked {
    private NotNullMarked() {}
}
