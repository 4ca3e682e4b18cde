// architecture | stack-sim/src/main/java/io/sluice/sim/b | LayersTest.NO_CYCLES
package io.sluice.sim.b;

import io.sluice.sim.a.CycleA;

/** Breaks the ban on package cycles, with CycleA. */
public final class CycleB {
    /** The way back. */
    public CycleA a() {
        return new CycleA();
    }
}
