/** Published figures of congestion control and loss recovery, measured again on the real stack in virtual time. */
@NullMarked
package io.sluice.sim.validation;

import org.jspecify.annotations.NullMarked;
