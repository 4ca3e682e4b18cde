package io.sluice.tcp;

import io.sluice.event.SocketError;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of an open connection. RFC 5925 §7.1: "MUST allow the set of MKTs for ongoing TCP connections to be modified"; whether
 * it uses TCP-AO at all was decided when it began.
 */
public final class ConnectionKeys implements KeyControl {
    private final TcpConnection connection;

    public ConnectionKeys(TcpConnection connection) {
        this.connection = connection;
    }

    private @Nullable AoSignature ao() {
        return Authenticator.of(connection) instanceof AoSignature s ? s : null;
    }

    @Override
    public @Nullable SocketError add(MasterKeyTuple key) {
        AoSignature s = ao();
        if (s == null) {
            return Authenticator.of(connection) == null ? SocketError.INVALID_ARGUMENT : SocketError.KEY_REJECTED;
        }
        FlowKey flow = connection.key();
        if (!key.matches(flow.local(), flow.localPort(), flow.remote(), flow.remotePort())) {
            return SocketError.INVALID_ARGUMENT;
        }
        return s.add(key) ? null : SocketError.EXISTS;
    }

    /** Adds those that are not there; what is not for this connection is left out, and so are MD5 keys where TCP-AO is used. */
    void addAll(Authentication keys) {
        keys.tuples().forEach(this::add);
        IpAddress peer = connection.key().remote();
        MasterKey md5 = keys.md5For(peer);
        if (md5 != null) {
            addMd5(IpPrefix.of(peer), md5);
        } else if (keys.usesHostMd5Keys) {
            useHostMd5(true);
        }
    }

    @Override
    public @Nullable SocketError remove(IpPrefix peer, int sendId, int receiveId) {
        AoSignature s = ao();
        AoKey key = s == null ? null : s.find(peer, sendId, receiveId);
        if (s == null || key == null) {
            return SocketError.NO_SUCH_NAME;
        }
        if (key == s.current() || key == s.rnext()) {
            return SocketError.BUSY;
        }
        s.remove(key);
        return null;
    }

    @Override
    public @Nullable SocketError current(int sendId) {
        AoSignature s = ao();
        AoKey key = s == null ? null : s.sending(sendId);
        if (s == null || key == null) {
            return SocketError.NO_SUCH_NAME;
        }
        s.current(key);
        signatureLength(s.optionLength());
        return null;
    }

    /** What segments are signed with takes so many octets of them from now on, which is when something last came or left. */
    private void signatureLength(int octets) {
        Tcb tcb = connection.tcb;
        OptionChanges.signatureLength(connection, octets, Math.max(tcb.snd.lastSentNs, tcb.rcv.lastReceivedNs));
    }

    @Override
    public @Nullable SocketError rnext(int receiveId) {
        AoSignature s = ao();
        AoKey key = s == null ? null : s.receiving(receiveId);
        if (s == null || key == null) {
            return SocketError.NO_SUCH_NAME;
        }
        s.rnext(key);
        return null;
    }

    @Override
    public @Nullable SocketError required(boolean yes) {
        return !yes || ao() != null ? null : SocketError.INVALID_ARGUMENT;
    }

    @Override
    public @Nullable SocketError acceptIcmps(boolean yes) {
        AoSignature s = ao();
        if (s == null) {
            return SocketError.INVALID_ARGUMENT;
        }
        s.acceptsIcmps = yes;
        return null;
    }

    @Override
    public List<AoKeyInfo> keys() {
        AoSignature s = ao();
        return s == null
                ? List.of()
                : s.keys().stream()
                        .map(k -> AoKeyInfo.of(k.tuple, k == s.current(), k == s.rnext(), k.good, k.bad))
                        .toList();
    }

    @Override
    public @Nullable AoInfo info() {
        AoSignature s = ao();
        if (s == null) {
            return null;
        }
        AoCounters n = s.counters;
        return new AoInfo(
                s.current().tuple.sendId(),
                s.rnext().tuple.receiveId(),
                true,
                s.acceptsIcmps,
                n.good,
                n.bad,
                n.unknownKey,
                n.missing,
                n.droppedIcmps,
                s.lastKeyId,
                s.lastRNextKeyId);
    }

    @Override
    public @Nullable AoCounters counters() {
        AoSignature s = ao();
        return s == null ? null : s.counters;
    }

    @Override
    public @Nullable SocketError addMd5(IpPrefix peer, MasterKey secret) {
        if (ao() != null) {
            return SocketError.KEY_REJECTED;
        }
        FlowKey flow = connection.key();
        if (!peer.contains(flow.remote())) {
            return SocketError.INVALID_ARGUMENT;
        }
        Authenticator.close(Authenticator.of(connection));
        signatureLength(Md5Signature.OPTION_LENGTH);
        Authenticator host = connection.context.authenticator;
        Authenticator.attach(connection, new Md5Signature(host, secret, flow.local(), flow.remote()));
        return null;
    }

    @Override
    public @Nullable SocketError removeMd5(IpPrefix peer) {
        Signature s = Authenticator.of(connection);
        if (!(s instanceof Md5Signature) || !peer.contains(connection.key().remote())) {
            return SocketError.NO_SUCH_NAME;
        }
        s.close();
        signatureLength(0);
        Authenticator.detach(connection);
        return null;
    }

    @Override
    public @Nullable SocketError useHostMd5(boolean yes) {
        IpAddress peer = connection.key().remote();
        if (!yes) {
            return usesHostMd5() ? removeMd5(IpPrefix.of(peer)) : null;
        }
        MasterKey secret = connection.context.authenticator.hostKeys.md5For(peer);
        return secret == null ? SocketError.INVALID_ARGUMENT : addMd5(IpPrefix.of(peer), secret);
    }

    @Override
    public boolean usesHostMd5() {
        return Authenticator.of(connection) instanceof Md5Signature;
    }
}
