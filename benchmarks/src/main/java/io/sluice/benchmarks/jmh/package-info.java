/** Micro-benchmarks of the core, with what each operation allocates. */
@NullMarked
package io.sluice.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
