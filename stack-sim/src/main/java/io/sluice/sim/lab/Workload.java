package io.sluice.sim.lab;

/** What a flow transports. */
public sealed interface Workload {
    /** One connection that sends as fast as it may. */
    record Bulk(long bytes) implements Workload {
        /** Until the flow is stopped. */
        public static final Bulk ENDLESS = new Bulk(Long.MAX_VALUE);

        @Override
        public String toString() {
            return bytes == Long.MAX_VALUE ? "bulk" : "bulk of " + bytes + " octets";
        }
    }

    /**
     * One connection on which the client asks and waits for the answer before it asks again.
     *
     * @param requests how many times; after the last answer both ends close
     */
    record RequestResponse(int requestBytes, int responseBytes, int requests) implements Workload {
        @Override
        public String toString() {
            return requests + " requests of " + requestBytes + " for " + responseBytes + " octets";
        }
    }

    /**
     * A new connection at random times (a Poisson process), each with a size between the two, every order of magnitude as
     * likely as any other.
     */
    record ShortFlows(double perSecond, int minBytes, int maxBytes) implements Workload {
        @Override
        public String toString() {
            return perSecond + " flows a second of " + minBytes + " to " + maxBytes + " octets";
        }
    }
}
