/** The congestion laboratory: flows of the real stack over drawn-up networks, measured, drawn and compared. */
@NullMarked
package io.sluice.sim.lab;

import org.jspecify.annotations.NullMarked;
