/** The back end that runs scripts against the TCP of the Linux kernel. */
@NullMarked
package io.sluice.packetdrill.kernel;

import org.jspecify.annotations.NullMarked;
