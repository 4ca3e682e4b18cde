package io.sluice.tcp;

import io.sluice.tcp.authentication.KeyedMac;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.tcp.authentication.SegmentMac;
import io.sluice.tcp.authentication.TrafficKeyContext;
import io.sluice.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A master key tuple in use on one connection, with the traffic keys that were derived from it (RFC 5925 §3.2) and what became
 * of the segments that named it.
 */
final class AoKey {
    final MasterKeyTuple tuple;

    /** What codes cover of segments that leave. */
    final SegmentMac.Coverage sendCoverage;

    /** What codes cover of segments that come. */
    final SegmentMac.Coverage receiveCoverage;

    /** Segments whose code was right. */
    long good;

    /** Segments whose code, or its length, was wrong. */
    long bad;

    private final AoSignature connection;
    private @Nullable KeyedMac send;
    private @Nullable KeyedMac receive;

    /** @param tuple closed with this */
    AoKey(AoSignature connection, MasterKeyTuple tuple) {
        this.connection = connection;
        this.tuple = tuple;
        // RFC 6978 §4: the flags apply to the side whose address and port they name, whichever direction it is
        sendCoverage = new SegmentMac.Coverage(tuple.coversOptions(), !tuple.localNat(), !tuple.remoteNat());
        receiveCoverage = new SegmentMac.Coverage(tuple.coversOptions(), !tuple.remoteNat(), !tuple.localNat());
    }

    /** Octets of the option, padded to a multiple of four. */
    int optionLength() {
        return (SegmentMac.OPTION_HEAD + tuple.macLength() + 3) & ~3;
    }

    /** Send_other_traffic_key, kept. */
    KeyedMac send() {
        KeyedMac k = send;
        if (k == null) {
            k = outgoing(connection.ownIsn, connection.peerIsn);
            send = k;
        }
        return k;
    }

    /** Receive_other_traffic_key, kept. */
    KeyedMac receive() {
        KeyedMac k = receive;
        if (k == null) {
            k = incoming(connection.peerIsn, connection.ownIsn);
            receive = k;
        }
        return k;
    }

    /** The traffic key of segments that leave, with these ISNs: 0 for what is not known yet (RFC 5925 §5.2). */
    KeyedMac outgoing(int ownIsn, int peerIsn) {
        boolean v6 = connection.own.isV6();
        IpAddress any = v6 ? IpAddress.ANY6 : IpAddress.ANY4;
        return tuple.algorithm()
                .trafficKey(
                        tuple.key(),
                        TrafficKeyContext.of(
                                tuple.localNat() ? any : connection.own,
                                tuple.localNat() ? 0 : connection.ownPort,
                                ownIsn,
                                tuple.remoteNat() ? any : connection.peer,
                                tuple.remoteNat() ? 0 : connection.peerPort,
                                peerIsn));
    }

    /** The traffic key of segments that come. */
    KeyedMac incoming(int peerIsn, int ownIsn) {
        IpAddress any = connection.own.isV6() ? IpAddress.ANY6 : IpAddress.ANY4;
        return tuple.algorithm()
                .trafficKey(
                        tuple.key(),
                        TrafficKeyContext.of(
                                tuple.remoteNat() ? any : connection.peer,
                                tuple.remoteNat() ? 0 : connection.peerPort,
                                peerIsn,
                                tuple.localNat() ? any : connection.own,
                                tuple.localNat() ? 0 : connection.ownPort,
                                ownIsn));
    }

    /** An ISN has changed: traffic keys that were derived from it are wiped. */
    void forget() {
        close(send);
        close(receive);
        send = null;
        receive = null;
    }

    private static void close(@Nullable KeyedMac key) {
        if (key != null) {
            key.close();
        }
    }

    void close() {
        forget();
        tuple.close();
    }
}
