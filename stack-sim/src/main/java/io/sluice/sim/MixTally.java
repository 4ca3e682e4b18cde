package io.sluice.sim;

/**
 * How much of what a mixed seed may do it has done.
 *
 * @param md5Connections accepted with a signature of MD5
 * @param stackSwaps of open connections
 * @param congestionControlSwaps choices of one for an open connection, be it the one that it has
 * @param keyChanges TCP-AO keys that both sides have given up for the next one
 * @param sureDatagrams datagrams that had to arrive, since nothing was lost on their wires, and did
 */
record MixTally(
        long md5Connections, long stackSwaps, long congestionControlSwaps, long keyChanges, long sureDatagrams) {
    static final MixTally NONE = new MixTally(0, 0, 0, 0, 0);

    MixTally plus(MixTally other) {
        return new MixTally(
                md5Connections + other.md5Connections,
                stackSwaps + other.stackSwaps,
                congestionControlSwaps + other.congestionControlSwaps,
                keyChanges + other.keyChanges,
                sureDatagrams + other.sureDatagrams);
    }

    @Override
    public String toString() {
        return "MD5_CONNECTIONS=" + md5Connections + " STACK_SWAPS=" + stackSwaps + " CONGESTION_CONTROL_SWAPS="
                + congestionControlSwaps + " KEY_CHANGES=" + keyChanges + " SURE_DATAGRAMS=" + sureDatagrams;
    }
}
