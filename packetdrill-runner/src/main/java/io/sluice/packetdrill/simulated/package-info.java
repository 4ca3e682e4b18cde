/** Runs packetdrill scripts against the stack in process, in virtual time. */
@NullMarked
package io.sluice.packetdrill.simulated;

import org.jspecify.annotations.NullMarked;
