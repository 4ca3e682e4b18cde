/** A host without I/O: packets in, packets out, deadlines. */
@NullMarked
package io.sluice.host;

import org.jspecify.annotations.NullMarked;
