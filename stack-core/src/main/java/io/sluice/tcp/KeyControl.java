package io.sluice.tcp;

import io.sluice.event.SocketError;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.wire.IpPrefix;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a user does with keys (RFC 5925 §7.1): of an open connection ({@link ConnectionKeys}), or of what will have connections
 * ({@link StoredKeys}). Calls return null, or why nothing has changed.
 */
public interface KeyControl {
    /** The keys of a connection, or without one those that it will have. */
    static KeyControl of(@Nullable TcpConnection connection, Supplier<SocketOptions> options) {
        return connection == null ? new StoredKeys(options.get().keys()) : new ConnectionKeys(connection);
    }

    /**
     * Adds a TCP-AO key, copied. EXISTS: a segment could mean it and another (RFC 5925 §3.1); INVALID_ARGUMENT: it is not for this
     * connection, or the connection was opened without TCP-AO; KEY_REJECTED: the peer has an MD5 key.
     */
    @Nullable SocketError add(MasterKeyTuple key);

    /** Wipes and forgets a TCP-AO key. NO_SUCH_NAME: it is not here; BUSY: it is current_key or rnext_key of a connection. */
    @Nullable SocketError remove(IpPrefix peer, int sendId, int receiveId);

    /** Sets current_key: what is signed from now on is signed with it. NO_SUCH_NAME: there is none. */
    @Nullable SocketError current(int sendId);

    /** Sets rnext_key: the peer is asked to sign with it. NO_SUCH_NAME: there is none. */
    @Nullable SocketError rnext(int receiveId);

    /** Whether connections without TCP-AO are refused; one that uses it goes on with it. INVALID_ARGUMENT: this one is without. */
    @Nullable SocketError required(boolean yes);

    /** Whether ICMP's hard errors count (RFC 5925 §7.8). INVALID_ARGUMENT: the connection is without TCP-AO. */
    @Nullable SocketError acceptIcmps(boolean yes);

    /** The TCP-AO keys. */
    List<AoKeyInfo> keys();

    /** TCP-AO as it is, or null on a connection without. */
    @Nullable AoInfo info();

    /** The counters of {@link #info}, to be set; null where that is null. */
    @Nullable AoCounters counters();

    /** Sets the MD5 key of these peers (RFC 2385), copied. KEY_REJECTED: there is a TCP-AO key for one of them. */
    @Nullable SocketError addMd5(IpPrefix peer, MasterKey secret);

    /** Wipes and forgets the MD5 key of these peers. NO_SUCH_NAME: there is none. */
    @Nullable SocketError removeMd5(IpPrefix peer);

    /**
     * Has the host's MD5 keys used as well, or not any more (TCP_MD5SIG of FreeBSD, {@link Knob#HOST_MD5_KEYS_ON_REQUEST}); a
     * connection signs with the host's key for its peer, or not at all, from now on. INVALID_ARGUMENT: the host has none;
     * KEY_REJECTED: the connection uses TCP-AO.
     */
    @Nullable SocketError useHostMd5(boolean yes);

    /** Whether {@link #useHostMd5} has been asked for; of a connection, whether it signs with MD5. */
    boolean usesHostMd5();
}
