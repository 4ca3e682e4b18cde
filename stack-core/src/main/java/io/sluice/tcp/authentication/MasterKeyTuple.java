package io.sluice.tcp.authentication;

import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;

/**
 * A master key tuple (RFC 5925 §3.1): which connections a key is for, by which identifiers segments name it, and how it is
 * used. Immutable but for the key, which can be wiped.
 *
 * @param peer the addresses of peers
 * @param localPort this side's port, 0 for any
 * @param peerPort the peer's port, 0 for any
 * @param sendId KeyID of segments that are sent with it
 * @param receiveId KeyID of segments that are received with it
 * @param key the master key
 * @param algorithm how traffic keys are derived, and codes computed
 * @param coversOptions whether the code covers the options beside TCP-AO
 */
public record MasterKeyTuple(
        IpPrefix peer,
        int localPort,
        int peerPort,
        int sendId,
        int receiveId,
        MasterKey key,
        AuthenticationAlgorithm algorithm,
        boolean coversOptions) {
    /** Throws {@link IllegalArgumentException} for identifiers and ports that are out of range. */
    public MasterKeyTuple {
        if (((sendId | receiveId) & ~0xFF) != 0 || ((localPort | peerPort) & ~0xFFFF) != 0) {
            throw new IllegalArgumentException("key identifiers have 8 bits, ports 16");
        }
    }

    /** Whether it is for a connection with this peer. */
    public boolean matches(IpAddress remote, int local, int remotePort) {
        return remote.isV6() == peer.address().isV6()
                && new IpPrefix(remote, peer.length()).equals(peer)
                && (localPort == 0 || localPort == local)
                && (peerPort == 0 || peerPort == remotePort);
    }

    /** Whether both could be meant by the same segment: RFC 5925 §3.1 forbids that of MKTs in use. */
    boolean overlaps(MasterKeyTuple other) {
        boolean ids = sendId == other.sendId || receiveId == other.receiveId;
        boolean ports = (localPort == 0 || other.localPort == 0 || localPort == other.localPort)
                && (peerPort == 0 || other.peerPort == 0 || peerPort == other.peerPort);
        int length = Math.min(peer.length(), other.peer.length());
        boolean addresses = peer.address().isV6() == other.peer.address().isV6()
                && new IpPrefix(peer.address(), length).equals(new IpPrefix(other.peer.address(), length));
        return ids && ports && addresses;
    }
}
