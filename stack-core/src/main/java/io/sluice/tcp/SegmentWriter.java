package io.sluice.tcp;

import io.netty.buffer.ByteBuf;
import io.sluice.link.Link;
import io.sluice.link.OutboundPacket;
import io.sluice.link.Path;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.TcpOptionKind;
import io.sluice.wire.TcpOptionWriter;
import io.sluice.wire.UdpHeader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Turns decisions into bytes: the IP and TCP header of a segment (RFC 9293 §3.1), its options and its checksum. Decides
 * nothing.
 */
final class SegmentWriter {
    /** NOP, NOP and the timestamps option (RFC 7323 Appendix A). */
    static final int TIMESTAMPS_LENGTH = 12;

    /** RFC 2018 §3: four blocks fit, three beside timestamps. */
    private static final int MAX_SACK_BLOCKS = 4;

    /** NOP, NOP, kind and length before SACK blocks. */
    private static final int SACK_HEAD = 4;

    private final TcpContext context;
    private final int[] sackBlocks = new int[2 * MAX_SACK_BLOCKS];

    SegmentWriter(TcpContext context) {
        this.context = context;
    }

    /**
     * Completes {@code packet}, whose slices are in place, as a segment of connection {@code c} in a synchronized state.
     *
     * @param seq SEG.SEQ
     * @param gsoSize payload octets of each segment, or 0 for a single one
     * @param ecn the ECN field of the IP header
     */
    void write(TcpConnection c, OutboundPacket packet, int seq, int flags, int gsoSize, int ecn, long nowNs) {
        ByteBuffer b = packet.header();
        int tcp = c.path.headerLength();
        int end = writeOptions(c, b, tcp + TcpHeader.MIN_LENGTH, packet.payloadLength(), nowNs);
        int window = context.receiveWindow.select(c) >>> c.tcb.rcv.wndShift; // RFC 7323 §2.3 (M5)
        writeFixed(b, tcp, c.key().ports, seq, (flags & TcpHeader.ACK) != 0 ? c.tcb.rcv.nxt : 0);
        boolean echoes = (flags & TcpHeader.RST) == 0 || ecn != Ecn.NOT_ECT;
        int echo = echoes ? Ecn.echo(c, packet.payloadLength()) : 0;
        writeLengthFlagsWindow(b, tcp, end - tcp, flags | echo, window);
        Urgent.mark(b, tcp, Urgent.pointer(c, seq));
        packet.gsoSize(gsoSize);
        finish(c.path, packet, tcp, end - tcp, ecn, Authenticator.of(c));
    }

    /** As {@link #write}, without payload. */
    void writeEmpty(TcpConnection c, OutboundPacket packet, int seq, int flags, long nowNs) {
        write(c, packet, seq, flags, 0, context.ecn.field(c, false), nowNs);
    }

    /** Octets of options that every segment but SYNs carries. */
    static int usualOptionsLength(Tcb tcb) {
        return (tcb.timestamps ? TIMESTAMPS_LENGTH : 0) + tcb.authenticationLength + tcb.accurateEcnLength;
    }

    /** The options of all segments but SYNs: no MSS, RFC 9293 §3.7.1 (MUST-65). */
    private int writeOptions(TcpConnection c, ByteBuffer b, int at, int payloadLength, long nowNs) {
        int p = at;
        if (c.tcb.timestamps) { // RFC 7323 §3.2 (M10, M12)
            p = TcpOptionWriter.nop(b, TcpOptionWriter.nop(b, p));
            p = TcpOptionWriter.timestamps(
                    b, p, TcpContext.timestampClock(nowNs) + c.tcb.timestampOffset, c.tcb.rcv.tsRecent);
        }
        AccurateEcn.State accurate = c.tcb.state().isSynchronized() ? AccurateEcn.of(c) : null;
        boolean all = accurate != null && context.knobs.isOn(Knob.ACCECN_ALL_COUNTERS);
        boolean duplicate = c.reassembly.hasDuplicate();
        int blocks = sackBlocks(c, p - at, payloadLength);
        duplicate &= blocks > 0;
        int beforeEcn = p;
        if (accurate != null && all) {
            int room = room(c, p - at + lengthOfSack(blocks), payloadLength);
            int fields = context.accurateEcnOption.fields(c, accurate, room, blocks, nowNs);
            if (fields != AccurateEcnOption.NONE) {
                blocks = context.accurateEcnOption.blocksBeside();
                p = AccurateEcnOption.writeAll(accurate, b, p, fields, nowNs);
                p = TcpOptionWriter.nopsUntil(b, at, p, blocks > 0 ? 2 : 0);
            }
        }
        int afterEcn = p;
        p = writeUserTimeout(c, b, writeSack(b, at, p, blocks), at, payloadLength);
        if (accurate != null && !all) {
            beforeEcn = p;
            p = context.accurateEcnOption.write(c, accurate, b, p, p - at, payloadLength, nowNs);
            afterEcn = p;
        }
        if (accurate != null) {
            AccurateEcnOption.onDuplicateTold(accurate, duplicate && afterEcn > beforeEcn, sackBlocks[0]);
        }
        return p;
    }

    /** RFC 2018 §4: in all ACKs, so also in those that carry data, where they still fit the MSS behind {@code used} octets. */
    private int sackBlocks(TcpConnection c, int used, int payloadLength) {
        long fin = context.dataInput.finToReport(c);
        boolean apart = c.tcb.sackPermitted && (c.reassembly.hasBlocks() || fin >= 0);
        if (!apart || AccurateEcn.forbidsSack(c, payloadLength)) {
            return 0;
        }
        int space = room(c, used, payloadLength) - SACK_HEAD;
        int room = Math.max(0, space / TcpOptionKind.SACK_BLOCK_LENGTH);
        if (room == 0 && payloadLength == 0) {
            c.reassembly.forgetDuplicate(); // beside a long signature no segment has room for it
        }
        return c.reassembly.sackBlocks(c.tcb, sackBlocks, Math.min(room, MAX_SACK_BLOCKS), fin);
    }

    private static int lengthOfSack(int blocks) {
        return blocks == 0 ? 0 : SACK_HEAD + blocks * TcpOptionKind.SACK_BLOCK_LENGTH;
    }

    private int writeSack(ByteBuffer b, int start, int at, int blocks) {
        if (blocks == 0) {
            return at;
        }
        int p = TcpOptionWriter.sackHead(b, TcpOptionWriter.nopsUntil(b, start, at, 2), blocks);
        for (int i = 0; i < blocks; i++) {
            p = TcpOptionWriter.sackBlock(b, p, sackBlocks[2 * i], sackBlocks[2 * i + 1]);
        }
        return p;
    }

    /**
     * Octets of options that fit behind {@code used} others: into the header, and beside text into the segment, of which Eff.snd.MSS
     * (RFC 9293 §3.7.1, MUST-16) leaves out only what every one carries.
     */
    static int room(TcpConnection c, int used, int payloadLength) {
        int inHeader = TcpHeader.MAX_OPTIONS_LENGTH - used - c.tcb.authenticationLength;
        int unusual = used + c.tcb.authenticationLength - usualOptionsLength(c.tcb);
        int text = Math.min(payloadLength, c.effectiveMss()); // of each of the segments that a super-segment becomes
        return payloadLength == 0 ? inHeader : Math.min(inHeader, c.effectiveMss() - text - unusual);
    }

    /** Whether a duplicate is to be reported for which a segment with so much text has no room, but one without has (RFC 2883 §4). */
    static boolean needsAckForDuplicate(TcpConnection c, long octets) {
        return c.reassembly.hasDuplicate() && !fitsDuplicate(c, octets) && fitsDuplicate(c, 0);
    }

    /** Whether a segment with so much text has room for a SACK block, without which no duplicate is reported. */
    private static boolean fitsDuplicate(TcpConnection c, long octets) {
        int used = c.tcb.timestamps ? TIMESTAMPS_LENGTH : 0;
        long text = Math.min(octets, c.effectiveMss());
        return room(c, used, (int) text) >= SACK_HEAD + TcpOptionKind.SACK_BLOCK_LENGTH;
    }

    /** RFC 5482 §3, where it is due and there is room for it behind the options from {@code start} on. */
    private static int writeUserTimeout(TcpConnection c, ByteBuffer b, int at, int start, int payloadLength) {
        int timeout = UserTimeout.due(c);
        if (timeout == 0 || room(c, at - start, payloadLength) < TcpOptionKind.USER_TIMEOUT_LENGTH) {
            return at;
        }
        UserTimeout.advertised(c);
        return TcpOptionWriter.userTimeout(b, at, timeout);
    }

    /** Completes {@code packet} as a SYN (flags without ACK) or SYN-ACK with these options. */
    void writeSyn(SynOptions options, Path path, OutboundPacket packet, FlowKey key, int flags, int seq, int ack) {
        ByteBuffer b = packet.header();
        int tcp = path.headerLength();
        options.fit();
        int end = options.write(b, tcp + TcpHeader.MIN_LENGTH, context.knobs);
        writeFixed(b, tcp, key.ports, seq, ack);
        // RFC 7323 §2.2 (M3): the window of a SYN is never scaled.
        writeLengthFlagsWindow(b, tcp, end - tcp, flags, options.window);
        finish(path, packet, tcp, end - tcp, Ecn.NOT_ECT, options.signature);
    }

    /**
     * Completes {@code packet} as a reset without options or a window.
     *
     * @param signature what the peer expects it to be signed with, or null
     */
    void writeReset(
            Path path, OutboundPacket packet, int ports, int seq, int ack, int flags, @Nullable Signature signature) {
        ByteBuffer b = packet.header();
        int tcp = path.headerLength();
        writeFixed(b, tcp, ports, seq, ack);
        writeLengthFlagsWindow(b, tcp, TcpHeader.MIN_LENGTH, flags, 0);
        finish(path, packet, tcp, TcpHeader.MIN_LENGTH, Ecn.NOT_ECT, signature);
    }

    /** An acknowledgment of a connection in TIME-WAIT, with timestamps where they are agreed. */
    void writeTimeWaitAck(Path path, OutboundPacket packet, TimeWait t, long nowNs) {
        ByteBuffer b = packet.header();
        int tcp = path.headerLength();
        int p = tcp + TcpHeader.MIN_LENGTH;
        if (t.timestamps) {
            p = bareTimestamps(b, tcp, TcpContext.timestampClock(nowNs) + t.timestampOffset, t.tsRecent);
        }
        writeFixed(b, tcp, t.key().ports, t.sndNxt, t.rcvNxt);
        writeLengthFlagsWindow(b, tcp, p - tcp, TcpHeader.ACK, t.rcvWnd);
        finish(path, packet, tcp, p - tcp, Ecn.NOT_ECT, t.signature);
    }

    /** An acknowledgment of a half-open connection, with timestamps where its SYN had them. */
    void writeHalfOpenAck(Path path, OutboundPacket packet, HalfOpen h, long nowNs) {
        ByteBuffer b = packet.header();
        int tcp = path.headerLength();
        int p = tcp + TcpHeader.MIN_LENGTH;
        if (h.timestamps) {
            int tsVal = TcpContext.timestampClock(nowNs) + context.secret.timestampOffset(h.key());
            p = bareTimestamps(b, tcp, tsVal, h.tsRecent);
        }
        writeFixed(b, tcp, h.key().ports, h.iss + 1, h.irs + 1);
        writeLengthFlagsWindow(b, tcp, p - tcp, TcpHeader.ACK, h.window >>> (h.windowScaling() ? h.rcvShift : 0));
        finish(path, packet, tcp, p - tcp, Ecn.NOT_ECT, h.signature());
    }

    private static int bareTimestamps(ByteBuffer b, int tcp, int tsVal, int tsEcr) {
        int p = TcpOptionWriter.nop(b, TcpOptionWriter.nop(b, tcp + TcpHeader.MIN_LENGTH));
        return TcpOptionWriter.timestamps(b, p, tsVal, tsEcr);
    }

    private static void writeFixed(ByteBuffer b, int tcp, int ports, int seq, int ack) {
        b.putShort(tcp, (short) ports);
        b.putShort(tcp + 2, (short) (ports >>> 16));
        b.putInt(tcp + 4, seq);
        b.putInt(tcp + 8, ack);
        b.putInt(tcp + 16, 0); // checksum and urgent pointer
    }

    private static void writeLengthFlagsWindow(ByteBuffer b, int tcp, int headerLength, int flags, int window) {
        b.putShort(tcp + 12, (short) (((headerLength / 4) << 12) | flags));
        b.putShort(tcp + 14, (short) Math.min(window, 0xFFFF));
    }

    /**
     * The signature, the headers in front, and the checksum, RFC 9293 §3.1 (MUST-2): whole, or for the device to complete. In a UDP datagram the checksum of UDP
     * covers the segment, whose own is left zero.
     */
    private static void finish(
            Path path, OutboundPacket packet, int tcp, int unsignedLength, int ecn, @Nullable Signature signature) {
        ByteBuffer b = packet.header();
        int headerLength = signature == null ? unsignedLength : signature.sign(path, packet, tcp, unsignedLength);
        boolean inUdp = path.isEncapsulated();
        path.emitHeader(b, headerLength + packet.payloadLength(), IpProtocol.TCP, ecn);
        int protocol = inUdp ? IpProtocol.UDP : IpProtocol.TCP;
        int start = inUdp ? tcp - UdpHeader.LENGTH : tcp;
        int field = inUdp ? UdpHeader.CHECKSUM_OFFSET : TcpHeader.CHECKSUM_OFFSET;
        int covered = tcp + headerLength - start;
        packet.header(tcp + headerLength, start, protocol, path.ipv6());
        long pseudo = path.pseudoHeaderSum(protocol, covered + packet.payloadLength());
        Link link = path.link();
        if (link.checksumOffload()) {
            b.putShort(start + field, (short) Checksum.fold(pseudo));
            packet.checksumPartial(field);
            return;
        }
        long sum = Checksum.sum(b, start, covered, pseudo);
        int at = covered;
        for (int i = 0; i < packet.sliceCount(); i++) {
            ByteBuf slice = packet.slice(i);
            int n = packet.sliceLength(i);
            ByteBuffer bytes = slice.internalNioBuffer(packet.sliceOffset(i), n);
            sum = Checksum.add(sum, at, bytes, bytes.position(), n);
            at += n;
        }
        b.putShort(start + field, inUdp ? Checksum.finishUdp(sum) : Checksum.finish(sum));
    }
}
