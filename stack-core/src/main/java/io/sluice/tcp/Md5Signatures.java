package io.sluice.tcp;

import io.netty.buffer.ByteBuf;
import io.sluice.event.DropReason;
import io.sluice.link.OutboundPacket;
import io.sluice.link.Path;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.TcpOptionKind;
import io.sluice.wire.TcpOptionWriter;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TCP MD5 signatures (RFC 2385), which BGP peers still use: a host has keys for peers, and with a peer that it has a key for,
 * every segment of every connection is signed, and one without the right signature is dropped before anything else of it is
 * looked at. Confined to the host's thread.
 */
public final class Md5Signatures {
    /** NOP, NOP and the option. */
    static final int OPTION_LENGTH = 2 + TcpOptionKind.MD5_LENGTH;

    private static final int DIGEST_OCTETS = 16;

    private final List<Key> keys = new ArrayList<>();
    private final MessageDigest md5;
    private final byte[] scratch = new byte[40 + TcpHeader.MIN_LENGTH];
    private final ByteBuffer fixed = ByteBuffer.wrap(scratch);
    private final byte[] digest = new byte[DIGEST_OCTETS];
    private final byte[] received = new byte[DIGEST_OCTETS];

    private record Key(IpPrefix peer, MasterKey secret) {}

    Md5Signatures() {
        try {
            md5 = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("MD5 is a part of every Java platform", e);
        }
    }

    /** A key for peers, from now on; among several the one with the longest prefix counts. Open connections must be closed first. */
    public void add(IpPrefix peer, MasterKey secret) {
        remove(peer);
        keys.add(new Key(peer, secret));
        keys.sort((a, b) -> b.peer.length() - a.peer.length());
    }

    /** Wipes and forgets the key of these peers; false if there is none. */
    public boolean remove(IpPrefix peer) {
        return keys.removeIf(k -> {
            boolean same = k.peer.equals(peer);
            if (same) {
                k.secret.close();
            }
            return same;
        });
    }

    private @Nullable MasterKey keyFor(IpAddress peer) {
        for (Key k : keys) {
            if (k.peer.address().isV6() == peer.isV6() && new IpPrefix(peer, k.peer.length()).equals(k.peer)) {
                return k.secret;
            }
        }
        return null;
    }

    /** Octets of options that every segment to this peer carries for its signature. */
    int optionLength(IpAddress peer) {
        return !keys.isEmpty() && keyFor(peer) != null ? OPTION_LENGTH : 0;
    }

    /**
     * Signs a segment that is complete but for its checksum, if there is a key for its peer.
     *
     * @param tcp the index of its header in {@code packet.header()}
     * @return the length of its header
     */
    int sign(Path path, OutboundPacket packet, int tcp, int headerLength) {
        MasterKey key = keys.isEmpty() ? null : keyFor(path.remote());
        if (key == null) {
            return headerLength;
        }
        ByteBuffer b = packet.header();
        int at = TcpOptionWriter.nop(b, TcpOptionWriter.nop(b, tcp + headerLength));
        int length = TcpOptionWriter.md5(b, at) - tcp;
        b.put(tcp + 12, (byte) (((length / 4) << 4) | (b.get(tcp + 12) & 0xF)));
        begin(path.local(), path.remote(), b, tcp, length + packet.payloadLength());
        for (int i = 0; i < packet.sliceCount(); i++) {
            ByteBuf slice = packet.slice(i);
            md5.update(slice.internalNioBuffer(packet.sliceOffset(i), packet.sliceLength(i)));
        }
        finish(key);
        b.put(at + 2, digest);
        return length;
    }

    /** RFC 2385 §2.0: the pseudo-header, the header without options and with a checksum of zero; data and key follow. */
    private void begin(IpAddress source, IpAddress destination, ByteBuffer b, int tcp, int segmentLength) {
        fixed.clear();
        if (source.isV6()) {
            fixed.putLong(source.hi())
                    .putLong(source.lo())
                    .putLong(destination.hi())
                    .putLong(destination.lo());
            fixed.putInt(segmentLength).putInt(IpProtocol.TCP);
        } else {
            fixed.putInt(source.v4()).putInt(destination.v4());
            fixed.putShort((short) IpProtocol.TCP).putShort((short) segmentLength);
        }
        int header = fixed.position();
        b.get(tcp, scratch, header, TcpHeader.MIN_LENGTH);
        fixed.putShort(header + TcpHeader.CHECKSUM_OFFSET, (short) 0);
        md5.update(scratch, 0, header + TcpHeader.MIN_LENGTH);
    }

    private void finish(MasterKey key) {
        key.feed(md5);
        try {
            md5.digest(digest, 0, DIGEST_OCTETS);
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Judges a received segment: null if it is signed as it has to be, or need not be. RFC 2385 §2.0: no answer otherwise. */
    @Nullable DropReason judge(Segment seg) {
        boolean signed = seg.options.hasMd5();
        if (keys.isEmpty()) {
            return signed ? DropReason.TCP_MD5_UNEXPECTED : null;
        }
        IpAddress peer = AddressKey.toAddress(seg.remoteHi, seg.remoteLo);
        MasterKey key = keyFor(peer);
        if (key == null) {
            return signed ? DropReason.TCP_MD5_UNEXPECTED : null;
        }
        if (!signed) {
            return DropReason.TCP_MD5_MISSING;
        }
        int headerLength = (seg.header.get(seg.headerOffset + 12) >>> 4 & 0xF) * 4;
        IpAddress own = AddressKey.toAddress(seg.localHi, seg.localLo);
        begin(peer, own, seg.header, seg.headerOffset, headerLength + seg.payloadLength);
        md5.update(seg.packet.internalNioBuffer(seg.payloadIndex, seg.payloadLength));
        finish(key);
        seg.header.get(seg.options.md5Offset(), received);
        return MessageDigest.isEqual(digest, received) ? null : DropReason.TCP_MD5_WRONG;
    }
}
