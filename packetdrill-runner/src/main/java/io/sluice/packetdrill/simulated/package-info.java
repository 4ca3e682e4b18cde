/** The stack of this project as what packetdrill scripts are run against; in process and in virtual time. */
@NullMarked
package io.sluice.packetdrill.simulated;

import org.jspecify.annotations.NullMarked;
