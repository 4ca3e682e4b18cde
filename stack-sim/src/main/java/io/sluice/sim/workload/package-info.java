/** Applications over sockets that know what they expect: they run in virtual time as well as on any other driver. */
@NullMarked
package io.sluice.sim.workload;

import org.jspecify.annotations.NullMarked;
