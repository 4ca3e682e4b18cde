package io.sluice.tcp;

import io.sluice.event.DropReason;
import io.sluice.link.OutboundPacket;
import io.sluice.link.Path;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.wire.IpAddress;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.TcpOptionKind;
import io.sluice.wire.TcpOptionWriter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** TCP MD5 signatures (RFC 2385) on one connection. */
final class Md5Signature implements Signature {
    /** NOP, NOP and the option. */
    static final int OPTION_LENGTH = 2 + TcpOptionKind.MD5_LENGTH;

    private final Authenticator host;
    private final MasterKey key;
    private final IpAddress own;
    private final IpAddress peer;

    /** @param key copied */
    Md5Signature(Authenticator host, MasterKey key, IpAddress own, IpAddress peer) {
        this.host = host;
        this.key = key.copy();
        this.own = own;
        this.peer = peer;
    }

    @Override
    public int optionLength() {
        return OPTION_LENGTH;
    }

    @Override
    public int sign(Path path, OutboundPacket packet, int tcp, int headerLength) {
        ByteBuffer b = packet.header();
        int at = TcpOptionWriter.nop(b, TcpOptionWriter.nop(b, tcp + headerLength));
        int length = TcpOptionWriter.md5(b, at) - tcp;
        TcpHeader.headerLength(b, tcp, length);
        host.md5.begin(own, peer, b, tcp, length + packet.payloadLength());
        for (int i = 0; i < packet.sliceCount(); i++) {
            host.md5.update(packet.slice(i).internalNioBuffer(packet.sliceOffset(i), packet.sliceLength(i)));
        }
        b.put(at + 2, host.md5.finish(key));
        return length;
    }

    /** RFC 2385 §2.0: no answer to what is not signed as it has to be. */
    @Override
    public @Nullable DropReason judge(Segment seg, boolean opening) {
        if (!seg.options.hasMd5()) {
            return DropReason.TCP_MD5_MISSING;
        }
        host.md5.begin(peer, own, seg.header, seg.headerOffset, seg.headerLength() + seg.payloadLength);
        host.md5.update(seg.packet.internalNioBuffer(seg.payloadIndex, seg.payloadLength));
        return host.md5.matches(key, seg.header, seg.options.md5Offset()) ? null : DropReason.TCP_MD5_WRONG;
    }

    @Override
    public void close() {
        key.close();
    }
}
