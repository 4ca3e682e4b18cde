package io.sluice.tcp.authentication;

import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import org.jspecify.annotations.Nullable;

/**
 * A master key tuple (RFC 5925 §3.1): which connections a key is for, by which identifiers segments name it, and how it is
 * used. Immutable but for the key, which {@link #close} wipes.
 */
public final class MasterKeyTuple implements AutoCloseable {
    /** Octets of code at most: beside it a SYN still holds an MSS, a window scale and SACK-permitted. */
    public static final int MAX_MAC_LENGTH = 24;

    private final IpPrefix peer;
    private final @Nullable IpPrefix local;
    private final int localPort;
    private final int peerPort;
    private final int sendId;
    private final int receiveId;
    private final MasterKey key;
    private final AuthenticationAlgorithm algorithm;
    private final int macLength;
    private final boolean coversOptions;
    private final boolean localNat;
    private final boolean remoteNat;

    private MasterKeyTuple(Builder b, MasterKey key) {
        peer = b.peer;
        local = b.local;
        localPort = b.localPort;
        peerPort = b.peerPort;
        sendId = b.sendId;
        receiveId = b.receiveId;
        this.key = key;
        algorithm = b.algorithm;
        macLength = b.macLength == 0 ? b.algorithm.macLength() : b.macLength;
        coversOptions = b.coversOptions;
        localNat = b.localNat;
        remoteNat = b.remoteNat;
    }

    /**
     * A tuple for connections with these peers: HMAC-SHA-1-96 over all options, both identifiers 0, unless more is said.
     *
     * @param key copied; the caller may wipe its own
     */
    public static Builder builder(IpPrefix peer, MasterKey key) {
        return new Builder(peer, key);
    }

    /** The addresses of peers. */
    public IpPrefix peer() {
        return peer;
    }

    /** This side's addresses, or null for any. */
    public @Nullable IpPrefix local() {
        return local;
    }

    /** SendID: KeyID of segments that are sent with it. */
    public int sendId() {
        return sendId;
    }

    /** RecvID: KeyID of segments that are received with it. */
    public int receiveId() {
        return receiveId;
    }

    /** The master key; closed with the tuple. */
    public MasterKey key() {
        return key;
    }

    /** How traffic keys are derived, and codes computed. */
    public AuthenticationAlgorithm algorithm() {
        return algorithm;
    }

    /** Octets of the code that segments carry. */
    public int macLength() {
        return macLength;
    }

    /** Whether the code covers the options beside TCP-AO. */
    public boolean coversOptions() {
        return coversOptions;
    }

    /** The localNAT flag of RFC 6978 §4: this side's address and port do not count. */
    public boolean localNat() {
        return localNat;
    }

    /** The remoteNAT flag of RFC 6978 §4: the peer's address and port do not count. */
    public boolean remoteNat() {
        return remoteNat;
    }

    /** Whether it is for this connection. */
    public boolean matches(IpAddress own, int ownPort, IpAddress remote, int remotePort) {
        return peer.contains(remote)
                && (local == null || local.contains(own))
                && (localPort == 0 || localPort == ownPort)
                && (peerPort == 0 || peerPort == remotePort);
    }

    /** Whether both could be meant by the same segment: RFC 5925 §3.1 forbids that of MKTs in use. */
    boolean overlaps(MasterKeyTuple other) {
        boolean ids = sendId == other.sendId || receiveId == other.receiveId;
        boolean ports = (localPort == 0 || other.localPort == 0 || localPort == other.localPort)
                && (peerPort == 0 || other.peerPort == 0 || peerPort == other.peerPort);
        return ids && ports && overlap(peer, other.peer) && overlap(local, other.local);
    }

    private static boolean overlap(@Nullable IpPrefix a, @Nullable IpPrefix b) {
        return a == null || b == null || a.contains(b) || b.contains(a);
    }

    /** The same with a key of its own, which wiping this one does not touch. */
    public MasterKeyTuple copy() {
        return new Builder(this).build();
    }

    /** Wipes the key. */
    @Override
    public void close() {
        key.close();
    }

    /** All but the key. */
    @Override
    public String toString() {
        return "MKT " + sendId + "/" + receiveId + " " + algorithm + " for " + peer
                + (peerPort == 0 ? "" : " port " + peerPort);
    }

    /** Makes tuples; what is not said is any, or the default. */
    public static final class Builder {
        private final IpPrefix peer;
        private final MasterKey key;
        private @Nullable IpPrefix local;
        private int localPort;
        private int peerPort;
        private int sendId;
        private int receiveId;
        private AuthenticationAlgorithm algorithm = HmacAlgorithm.HMAC_SHA_1_96;
        private int macLength;
        private boolean coversOptions = true;
        private boolean localNat;
        private boolean remoteNat;

        private Builder(IpPrefix peer, MasterKey key) {
            this.peer = peer;
            this.key = key;
        }

        private Builder(MasterKeyTuple t) {
            this(t.peer, t.key);
            local = t.local;
            localPort = t.localPort;
            peerPort = t.peerPort;
            sendId = t.sendId;
            receiveId = t.receiveId;
            algorithm = t.algorithm;
            macLength = t.macLength;
            coversOptions = t.coversOptions;
            localNat = t.localNat;
            remoteNat = t.remoteNat;
        }

        /** Only for connections from these addresses of this side. */
        public Builder local(IpPrefix addresses) {
            local = addresses;
            return this;
        }

        /** Only for connections between these ports, 0 for any. */
        public Builder ports(int own, int peers) {
            localPort = own;
            peerPort = peers;
            return this;
        }

        /** SendID and RecvID, 0 to 255 each; the peer has them the other way round. */
        public Builder ids(int send, int receive) {
            sendId = send;
            receiveId = receive;
            return this;
        }

        public Builder algorithm(AuthenticationAlgorithm newAlgorithm) {
            algorithm = newAlgorithm;
            return this;
        }

        /** Octets of code on segments, 1 to {@link AuthenticationAlgorithm#longestMac}; 0 for what is usual with it. */
        public Builder macLength(int octets) {
            macLength = octets;
            return this;
        }

        /** The code does not cover options beside TCP-AO: for paths that change them. */
        public Builder withoutOptions() {
            coversOptions = false;
            return this;
        }

        /** localNAT and remoteNAT of RFC 6978 §4: whose address and port are not covered; the peer has them the other way round. */
        public Builder nat(boolean localSide, boolean remoteSide) {
            localNat = localSide;
            remoteNat = remoteSide;
            return this;
        }

        /** Throws {@link IllegalArgumentException} for identifiers, ports or lengths that are out of range. */
        public MasterKeyTuple build() {
            if (((sendId | receiveId) & ~0xFF) != 0 || ((localPort | peerPort) & ~0xFFFF) != 0) {
                throw new IllegalArgumentException("key identifiers have 8 bits, ports 16");
            }
            int longest = algorithm.longestMac();
            if (macLength < 0 || Math.max(macLength, algorithm.macLength()) > longest) {
                throw new IllegalArgumentException("a code of " + algorithm + " has 1 to " + longest + " octets");
            }
            return new MasterKeyTuple(this, key.copy());
        }
    }
}
