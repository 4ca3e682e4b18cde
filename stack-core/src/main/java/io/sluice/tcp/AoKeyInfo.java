package io.sluice.tcp;

import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.wire.IpPrefix;

/**
 * A TCP-AO key without its secret (RFC 5925 §7.1), as Linux's TCP_AO_GET_KEYS tells it.
 *
 * @param peer the addresses of peers
 * @param sendId SendID
 * @param receiveId RecvID
 * @param algorithm the name of the algorithm
 * @param macLength octets of code on segments
 * @param coversOptions whether other options are covered
 * @param current whether segments are signed with it
 * @param rnext whether the peer is asked to sign with it
 * @param good segments that named it and were authentic
 * @param bad segments that named it and were not
 */
public record AoKeyInfo(
        IpPrefix peer,
        int sendId,
        int receiveId,
        String algorithm,
        int macLength,
        boolean coversOptions,
        boolean current,
        boolean rnext,
        long good,
        long bad) {
    static AoKeyInfo of(MasterKeyTuple t, boolean current, boolean rnext, long good, long bad) {
        return new AoKeyInfo(
                t.peer(),
                t.sendId(),
                t.receiveId(),
                t.algorithm().name(),
                t.macLength(),
                t.coversOptions(),
                current,
                rnext,
                good,
                bad);
    }
}
