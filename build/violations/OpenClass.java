// architecture | stack-core/src/main/java/io/sluice/wire | ClassesTest.FINAL_UNLESS_EXTENDED
package io.sluice.wire;

/** Breaks the rule that a class is final unless something extends it. */
class OpenClass {}
