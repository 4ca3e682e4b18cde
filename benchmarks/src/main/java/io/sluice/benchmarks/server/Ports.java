package io.sluice.benchmarks.server;

/** Where the services are: the ports that the whole-path benchmarks know. */
final class Ports {
    /** Reads and throws away (what RFC 863 has on port 9). */
    static final int DISCARD = 5001;

    /** Writes without end. */
    static final int SOURCE = 5002;

    /** Sends back what it gets (what RFC 862 has on port 7). */
    static final int ECHO = 5003;

    private Ports() {}
}
