/** Packetdrill scripts, and by name what they can be run against. */
@NullMarked
package io.sluice.packetdrill;

import org.jspecify.annotations.NullMarked;
