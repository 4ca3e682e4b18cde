/** Sockets as POSIX has them, without I/O. */
module io.sluice.posix {
    requires static transitive org.jspecify;
    requires transitive io.sluice.core;

    exports io.sluice.posix;
}
