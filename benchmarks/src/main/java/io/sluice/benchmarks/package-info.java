/** Benchmarks: JMH, and whole paths through a device. */
@NullMarked
package io.sluice.benchmarks;

import org.jspecify.annotations.NullMarked;
