/** What stacks make of a line that loses packets, between a host on a TUN device and the kernel. */
@NullMarked
package io.sluice.benchmarks.lossy;

import org.jspecify.annotations.NullMarked;
