/** Gigabytes between the stack and the kernel, every octet compared. */
@NullMarked
package io.sluice.benchmarks.bulk;

import org.jspecify.annotations.NullMarked;
