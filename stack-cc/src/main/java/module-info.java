/** Congestion controls and TCP stacks beyond those of the core. */
module io.sluice.stacks {
    requires static transitive org.jspecify;
    requires transitive io.sluice.core;

    exports io.sluice.bbr;
    exports io.sluice.cubic;
    exports io.sluice.dctcp;
    exports io.sluice.rack;

    provides io.sluice.cc.CongestionControlFactory with
            io.sluice.bbr.BbrFactory,
            io.sluice.cubic.CubicFactory,
            io.sluice.dctcp.DctcpFactory;
    provides io.sluice.tcp.TcpStackProvider with
            io.sluice.bbr.BbrStacks,
            io.sluice.rack.RackStacks;
}
