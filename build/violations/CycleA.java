// architecture | stack-sim/src/main/java/io/sluice/sim/a | LayersTest.NO_CYCLES
package io.sluice.sim.a;

import io.sluice.sim.b.CycleB;

/** Breaks the ban on package cycles, with CycleB. */
public final class CycleA {
    /** The way there. */
    public CycleB b() {
        return new CycleB();
    }
}
