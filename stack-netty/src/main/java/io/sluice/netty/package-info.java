/** A host on a Netty event loop: the driver, and channels that behave as Netty's own. */
@NullMarked
package io.sluice.netty;

import org.jspecify.annotations.NullMarked;
