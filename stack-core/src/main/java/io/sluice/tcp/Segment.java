package io.sluice.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.TcpOptions;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A received segment while it is judged: the SEG variables of RFC 9293 §3.3.1. One instance is reused for every segment
 * of a host. Trimming moves {@code seq} and the payload's edges, never the packet.
 */
public final class Segment {
    /** The options, parsed. */
    public final TcpOptions options = new TcpOptions();

    /** Addresses as v4-mapped keys, and ports: the remote port in the upper half. */
    public long localHi;

    public long localLo;
    public long remoteHi;
    public long remoteLo;
    public int ports;

    /** The UDP port it came from, in a datagram to the host's port for TCP over UDP; 0 without. */
    public int udpPort;

    /** SEG.SEQ. */
    public int seq;

    /** SEG.ACK. */
    public int ack;

    /** The control bits ({@link TcpHeader#FIN}, ...). */
    public int flags;

    /** SEG.WND as it stands in the header: not scaled. */
    public int wnd;

    /** SEG.UP. */
    public int up;

    /** Where the header is, at {@link #headerOffset}; borrowed, and the same memory as {@link #packet}. */
    public ByteBuffer header = ByteBuffer.allocate(0);

    /** Where the TCP header begins in {@link #header}; the offsets of {@link #options} are positions in {@link #header}, too. */
    public int headerOffset;

    /** What vouches for this segment, which it has done: to sign an answer that no connection stands behind. Null for most. */
    @Nullable Signature signature;

    /** {@link #signature} was made for this segment, and no flow has taken it. */
    boolean signatureIsSpare;

    /** Where its packet begins in {@link #header}, with the IP header. */
    public int packetOffset;

    /** The packet; borrowed. */
    public ByteBuf packet = Unpooled.EMPTY_BUFFER;

    /** Where the payload starts in {@link #packet}: an absolute index. */
    public int payloadIndex;

    /** Octets of payload. */
    public int payloadLength;

    /** How many segments were merged into this one; at least 1. */
    public int merged = 1;

    /** Whether its timestamp becomes TS.Recent, once its acknowledgment number has been found plausible. */
    boolean renewsTimestamp;

    /** ACE says how the SYN-ACK arrived, rather than how many packets were marked (RFC 9768 §3.2.2.1). */
    boolean tellsHandshake;

    /** Octets of text at its front that were cut off because they had come before. */
    int oldOctets;

    /** TTL or hop limit of the packet that it came in. */
    public int hopLimit;

    /** The ECN bits of the IP header. */
    public int ecn;

    /** When the link saw it, or {@link io.sluice.link.PacketMeta#NO_TIMESTAMP}. */
    public long receiveTimestampNs;

    /** The device's clock then, or {@link io.sluice.link.PacketMeta#NO_TIMESTAMP}. */
    public long hardwareTimestampNs;

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    public boolean syn() {
        return (flags & TcpHeader.SYN) != 0;
    }

    public boolean fin() {
        return (flags & TcpHeader.FIN) != 0;
    }

    public boolean rst() {
        return (flags & TcpHeader.RST) != 0;
    }

    public boolean hasAck() {
        return (flags & TcpHeader.ACK) != 0;
    }

    public int localPort() {
        return ports & 0xFFFF;
    }

    /** Octets of the header, options included. */
    int headerLength() {
        return (header.get(headerOffset + 12) >>> 4 & 0xF) * 4;
    }

    /** SEG.LEN: payload, SYN and FIN. */
    public int len() {
        return payloadLength + (syn() ? 1 : 0) + (fin() ? 1 : 0);
    }

    /** Cuts {@code octets} of sequence space off the front; a SYN is the first of them. */
    public void trimFront(int octets) {
        int n = octets;
        if (n > 0 && syn()) {
            flags &= ~TcpHeader.SYN;
            seq++;
            n--;
        }
        int data = Math.min(n, payloadLength);
        payloadIndex += data;
        payloadLength -= data;
        seq += data;
        if (n > data && fin()) {
            flags &= ~TcpHeader.FIN;
            seq++;
        }
    }

    /** Cuts {@code octets} of sequence space off the end; a FIN is the first of them. */
    public void trimBack(int octets) {
        int n = octets;
        if (n > 0 && fin()) {
            flags &= ~TcpHeader.FIN;
            n--;
        }
        payloadLength -= Math.min(n, payloadLength);
    }
}
