/** Pictures of numbers: charts that are drawn on any {@link io.sluice.sim.chart.Canvas}. */
@NullMarked
package io.sluice.sim.chart;

import org.jspecify.annotations.NullMarked;
