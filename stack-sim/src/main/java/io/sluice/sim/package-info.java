/** Hosts and links in virtual time: one seed decides everything that happens. */
@NullMarked
package io.sluice.sim;

import org.jspecify.annotations.NullMarked;
