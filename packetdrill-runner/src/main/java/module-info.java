/** The packetdrill language: parser, interpreter and back ends. */
module io.sluice.packetdrill {
    requires static transitive org.jspecify;
    requires transitive io.sluice.core;
    requires transitive io.sluice.posix;
    requires io.sluice.stacks;
    requires transitive io.sluice.sim;
    requires io.sluice.tun;
    requires io.sluice.netty;
    requires com.sun.jna;
    requires static transitive org.junit.jupiter.api; // for projects that have scripts as JUnit tests

    exports io.sluice.packetdrill;
    exports io.sluice.packetdrill.command;
    exports io.sluice.packetdrill.differential;
    exports io.sluice.packetdrill.junit;
    exports io.sluice.packetdrill.kernel;
    exports io.sluice.packetdrill.language;
    exports io.sluice.packetdrill.run;
    exports io.sluice.packetdrill.simulated;
    exports io.sluice.packetdrill.tun;
}
