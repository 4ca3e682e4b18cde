/** Hosts and links in virtual time, decided by one seed. */
@NullMarked
package io.sluice.sim;

import org.jspecify.annotations.NullMarked;
