/** Hosts and links in virtual time, decided by one seed. */
module io.sluice.sim {
    requires static transitive org.jspecify;
    requires transitive io.sluice.core;
    requires transitive io.sluice.stacks;

    exports io.sluice.sim;
    exports io.sluice.sim.chart;
    exports io.sluice.sim.lab;
    exports io.sluice.sim.queue;
    exports io.sluice.sim.validation;
    exports io.sluice.sim.workload;
}
