/** How evenly a paced connection sends over a TUN device, measured from a capture of the device. */
@NullMarked
package io.sluice.benchmarks.pacing;

import org.jspecify.annotations.NullMarked;
