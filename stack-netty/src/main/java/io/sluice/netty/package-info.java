/** The event-loop driver and the Netty channels on top of it. */
@NullMarked
package io.sluice.netty;

import org.jspecify.annotations.NullMarked;
