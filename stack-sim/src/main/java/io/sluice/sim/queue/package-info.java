/** Queues in front of a wire, and what decides which packets they drop or mark (RFC 7567). */
@NullMarked
package io.sluice.sim.queue;

import org.jspecify.annotations.NullMarked;
