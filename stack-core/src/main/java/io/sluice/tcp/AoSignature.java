package io.sluice.tcp;

import io.sluice.event.DropReason;
import io.sluice.link.OutboundPacket;
import io.sluice.link.Path;
import io.sluice.tcp.authentication.KeyedMac;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.tcp.authentication.SegmentMac;
import io.sluice.tcp.authentication.SequenceExtension;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.TcpOptionKind;
import io.sluice.wire.TcpOptionWriter;
import io.sluice.wire.TcpOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TCP-AO on one connection: the per-connection parameters of RFC 5925 §4, sending (§7.4) and receiving (§7.5). Both ISNs are
 * learnt from the SYNs that are signed and found authentic.
 */
final class AoSignature implements Signature {
    final IpAddress own;
    final IpAddress peer;
    final int ownPort;
    final int peerPort;
    final AoCounters counters = new AoCounters();

    /** The ISN of this side, 0 before its SYN. */
    int ownIsn;

    /** The ISN of the peer, 0 before its SYN. */
    int peerIsn;

    /** Whether ICMP's hard errors count (RFC 5925 §7.8). */
    boolean acceptsIcmps;

    /** KeyID and RNextKeyID of the last authentic segment (RFC 5925 §7.1), or -1. */
    int lastKeyId = -1;

    int lastRNextKeyId = -1;

    private final Authenticator host;
    private final List<AoKey> keys = new ArrayList<>(2);
    private AoKey current;
    private AoKey rnext;
    private @Nullable SequenceExtension sent;
    private @Nullable SequenceExtension received;

    /**
     * @param tuples that are for this connection, at least one; copied
     * @param currentKey one of them, with which it begins to send
     * @param rnextKey one of them, which the peer is to use next
     */
    AoSignature(
            Authenticator host,
            FlowKey flow,
            List<MasterKeyTuple> tuples,
            MasterKeyTuple currentKey,
            MasterKeyTuple rnextKey) {
        this.host = host;
        own = flow.local();
        peer = flow.remote();
        ownPort = flow.localPort();
        peerPort = flow.remotePort();
        for (MasterKeyTuple t : tuples) {
            keys.add(new AoKey(this, t.copy()));
        }
        current = keys.get(tuples.indexOf(currentKey));
        rnext = keys.get(tuples.indexOf(rnextKey));
    }

    /** current_key: what segments are signed with. */
    AoKey current() {
        return current;
    }

    /** rnext_key: what the peer is asked to sign with. */
    AoKey rnext() {
        return rnext;
    }

    List<AoKey> keys() {
        return keys;
    }

    void current(AoKey key) {
        current = key;
    }

    void rnext(AoKey key) {
        rnext = key;
    }

    /** Adds a key, copied; false, and nothing changes, if an identifier of it is taken (RFC 5925 §3.1). */
    boolean add(MasterKeyTuple tuple) {
        if (sending(tuple.sendId()) != null || receiving(tuple.receiveId()) != null) {
            return false;
        }
        return keys.add(new AoKey(this, tuple.copy()));
    }

    /** Wipes and forgets a key, which is neither of the two in use. */
    void remove(AoKey key) {
        keys.remove(key);
        key.close();
    }

    @Nullable AoKey find(IpPrefix peers, int sendId, int receiveId) {
        AoKey k = sending(sendId);
        return k != null && k.tuple.receiveId() == receiveId && k.tuple.peer().equals(peers) ? k : null;
    }

    /** The ISNs are known from elsewhere: from what a SYN cookie brought back. */
    void synchronize(int ownInitial, int peerInitial) {
        ownIsn(ownInitial);
        peerIsn(peerInitial);
    }

    private void ownIsn(int isn) {
        ownIsn = isn;
        sent = new SequenceExtension(isn);
        keys.forEach(AoKey::forget);
    }

    private void peerIsn(int isn) {
        peerIsn = isn;
        received = new SequenceExtension(isn);
        keys.forEach(AoKey::forget);
    }

    @Override
    public int optionLength() {
        return current.optionLength();
    }

    /** RFC 5925 §7.4: the last of the options, and the code in it before the checksum. */
    @Override
    public int sign(Path path, OutboundPacket packet, int tcp, int headerLength) {
        ByteBuffer b = packet.header();
        int seq = b.getInt(tcp + 4);
        int flags = b.get(tcp + 13);
        boolean syn = (flags & TcpHeader.SYN) != 0;
        if (syn && (sent == null || seq != ownIsn)) {
            ownIsn(seq);
        }
        AoKey key = current;
        int option = tcp + headerLength;
        int end = TcpOptionWriter.ao(b, option, key.tuple.sendId(), rnext.tuple.receiveId(), key.tuple.macLength());
        int length = TcpOptionWriter.pad(b, option, end, TcpOptionKind.NOP) - tcp;
        TcpHeader.headerLength(b, tcp, length);
        boolean first = syn && (flags & TcpHeader.ACK) == 0;
        KeyedMac mac = first ? key.outgoing(ownIsn, 0) : key.send();
        host.mac
                .at(tcp, length, option, packet.payloadLength())
                .begin(mac, sendExtension(seq, flags), own, peer, b, key.sendCoverage);
        for (int i = 0; i < packet.sliceCount(); i++) {
            mac.update(packet.slice(i).internalNioBuffer(packet.sliceOffset(i), packet.sliceLength(i)));
        }
        b.put(option + SegmentMac.OPTION_HEAD, host.finish(mac), 0, key.tuple.macLength());
        if (first) {
            mac.close();
        }
        return length;
    }

    /** SND.SNE (RFC 5925 §6.2, RFC 9187); resets may name what was never sent, so nothing is learnt from them. */
    private int sendExtension(int seq, int flags) {
        SequenceExtension s = sent;
        if (s == null) {
            return 0; // a reset of one who never had a connection
        }
        if ((flags & TcpHeader.RST) == 0) {
            s.seen(seq);
        }
        return s.of(seq);
    }

    /** RFC 5925 §7.5, step 2. */
    @Override
    public @Nullable DropReason judge(Segment seg, boolean opening) {
        TcpOptions o = seg.options;
        if (!o.hasAo()) {
            counters.missing++;
            return DropReason.TCP_AO_MISSING;
        }
        AoKey key = receiving(o.aoKeyId());
        if (key == null) {
            counters.unknownKey++;
            return DropReason.TCP_AO_UNKNOWN_KEY;
        }
        if (o.aoMacLength() != key.tuple.macLength() || !isAuthentic(seg, key, opening)) { // a and d
            key.bad++;
            counters.bad++;
            return isProvable(seg, opening) ? DropReason.TCP_AO_WRONG : DropReason.TCP_AO_ISN_UNKNOWN;
        }
        key.good++;
        counters.good++;
        host.onAuthentic();
        if (!isFirst(seg)) {
            onAuthentic(seg);
        }
        return null;
    }

    /** Whether a hard ICMP error does not count (RFC 5925 §7.8); it is counted then. */
    boolean ignoresIcmp() {
        counters.droppedIcmps += acceptsIcmps ? 0 : 1;
        return !acceptsIcmps;
    }

    /** Whether the ISNs that the code depends on are known, and not guessed from the segment, or it brings what is not. */
    private boolean isProvable(Segment seg, boolean opening) {
        return seg.syn() || (received != null && !opening);
    }

    private static boolean isFirst(Segment seg) {
        return seg.syn() && !seg.hasAck();
    }

    /** Steps b to d; in SYN-SENT the ISN that an authentic SYN brings is the peer's from now on. */
    private boolean isAuthentic(Segment seg, AoKey key, boolean opening) {
        if (isFirst(seg)) {
            boolean authentic = matches(seg, key, key.incoming(seg.seq, 0), 0);
            if (authentic && opening) {
                peerIsn(seg.seq);
            }
            return authentic;
        }
        if (opening && seg.syn()) {
            boolean authentic = matches(seg, key, key.incoming(seg.seq, ownIsn), 0);
            if (authentic && (received == null || seg.seq != peerIsn)) {
                peerIsn(seg.seq);
            }
            return authentic;
        }
        SequenceExtension r = received;
        if (r == null) { // a reset of one who has no connection: the ISN it lacks is 0 (RFC 5925 §3.2)
            return seg.rst() && matches(seg, key, key.incoming(0, ownIsn), 0);
        }
        return host.matches(seg, key, key.receive(), r.of(seg.seq), this);
    }

    private boolean matches(Segment seg, AoKey key, KeyedMac once, int sne) {
        try (once) {
            return host.matches(seg, key, once, sne, this);
        }
    }

    /**
     * Step e: the peer may ask for another key. Deviates from RFC 5925 §7.5 in that only the newest segments can: one that was
     * overtaken, or is replayed, would otherwise bring a key back that was left, and may be gone at the peer.
     */
    private void onAuthentic(Segment seg) {
        SequenceExtension r = received;
        if (r == null || r.isOld(seg.seq)) {
            return;
        }
        if (!seg.rst()) {
            r.seen(seg.seq);
        }
        lastKeyId = seg.options.aoKeyId();
        lastRNextKeyId = seg.options.aoRNextKeyId();
        if (lastRNextKeyId != current.tuple.sendId()) {
            AoKey wanted = sending(lastRNextKeyId);
            if (wanted != null) {
                current = wanted;
            }
        }
    }

    /** The key that a received KeyID means, or null. */
    @Nullable AoKey receiving(int keyId) {
        for (int i = 0; i < keys.size(); i++) { // each segment comes here: no iterator
            AoKey k = keys.get(i);
            if (k.tuple.receiveId() == keyId) {
                return k;
            }
        }
        return null;
    }

    /** The key that a received RNextKeyID asks for, or null. */
    @Nullable AoKey sending(int sendId) {
        for (int i = 0; i < keys.size(); i++) { // each segment comes here: no iterator
            AoKey k = keys.get(i);
            if (k.tuple.sendId() == sendId) {
                return k;
            }
        }
        return null;
    }

    @Override
    public void close() {
        keys.forEach(AoKey::close);
    }
}
