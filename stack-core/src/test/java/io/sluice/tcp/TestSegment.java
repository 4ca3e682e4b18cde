package io.sluice.tcp;

import io.sluice.ip.Packets;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.TcpOptionKind;
import io.sluice.wire.TcpOptionWriter;
import io.sluice.wire.TcpOptions;
import java.nio.ByteBuffer;

/** A TCP segment of a peer that tests play by hand, to be built or as it was read; IPv4 only. */
final class TestSegment {
    int sourcePort;
    int destinationPort;
    int seq;
    int ack;
    int flags;
    int window = 0xFFFF;
    int urgent;
    int mss;
    int windowScale = -1;
    boolean sackPermitted;
    boolean timestamps;
    int tsVal;
    int tsEcr;
    int[] sack = new int[0];
    byte[] payload = new byte[0];

    TestSegment(int flags) {
        this.flags = flags;
    }

    TestSegment ports(int source, int destination) {
        sourcePort = source;
        destinationPort = destination;
        return this;
    }

    TestSegment seq(int newSeq) {
        seq = newSeq;
        return this;
    }

    TestSegment ack(int newAck) {
        ack = newAck;
        return this;
    }

    TestSegment window(int newWindow) {
        window = newWindow;
        return this;
    }

    TestSegment mss(int newMss) {
        mss = newMss;
        return this;
    }

    TestSegment windowScale(int shift) {
        windowScale = shift;
        return this;
    }

    TestSegment sackPermitted() {
        sackPermitted = true;
        return this;
    }

    TestSegment timestamps(int val, int ecr) {
        timestamps = true;
        tsVal = val;
        tsEcr = ecr;
        return this;
    }

    /** SACK blocks, each a left and a right edge; not read back. */
    TestSegment sack(int... edges) {
        sack = edges;
        return this;
    }

    TestSegment urgent(int pointer) {
        flags |= TcpHeader.URG;
        urgent = pointer;
        return this;
    }

    TestSegment payload(byte[] octets) {
        payload = octets;
        return this;
    }

    boolean has(int bits) {
        return (flags & bits) == bits;
    }

    /** The whole packet. */
    byte[] packet(IpAddress source, IpAddress destination) {
        ByteBuffer b = ByteBuffer.allocate(TcpHeader.MAX_LENGTH + payload.length);
        int end = writeOptions(b);
        b.put(end, payload);
        byte[] octets = new byte[end + payload.length];
        b.get(0, octets);
        new TcpHeader()
                .emit(ByteBuffer.wrap(octets), 0, end, octets.length)
                .sourcePort(sourcePort)
                .destinationPort(destinationPort)
                .sequenceNumber(seq)
                .acknowledgmentNumber(ack)
                .flags(flags)
                .window(window)
                .urgentPointer(urgent)
                .updateChecksum(Checksum.pseudoHeader4(source.v4(), destination.v4(), IpProtocol.TCP, octets.length));
        return Packets.ip(source, destination, IpProtocol.TCP, octets);
    }

    private int writeOptions(ByteBuffer b) {
        int p = TcpHeader.MIN_LENGTH;
        p = mss > 0 ? TcpOptionWriter.mss(b, p, mss) : p;
        p = windowScale >= 0 ? TcpOptionWriter.windowScale(b, TcpOptionWriter.nop(b, p), windowScale) : p;
        p = sackPermitted ? TcpOptionWriter.sackPermitted(b, p) : p;
        p = timestamps ? TcpOptionWriter.timestamps(b, p, tsVal, tsEcr) : p;
        if (sack.length > 0) {
            p = TcpOptionWriter.sackHead(b, p, sack.length / 2);
            for (int i = 0; i < sack.length; i += 2) {
                p = TcpOptionWriter.sackBlock(b, p, sack[i], sack[i + 1]);
            }
        }
        return TcpOptionWriter.pad(b, TcpHeader.MIN_LENGTH, p, TcpOptionKind.NOP);
    }

    /** What an IPv4 packet without options carries. */
    static TestSegment read(byte[] packet) {
        ByteBuffer b = ByteBuffer.wrap(packet);
        TcpHeader h = new TcpHeader();
        TcpOptions options = new TcpOptions();
        if (!h.wrap(b, 20, packet.length - 20) || !options.parse(b, h.optionsOffset(), h.optionsLength())) {
            throw new AssertionError("no TCP segment");
        }
        TestSegment s = new TestSegment(h.flags())
                .ports(h.sourcePort(), h.destinationPort())
                .seq(h.sequenceNumber())
                .ack(h.acknowledgmentNumber())
                .window(h.window())
                .mss(options.hasMss() ? options.mss() : 0)
                .windowScale(options.hasWindowScale() ? options.windowScale() : -1);
        s.sackPermitted = options.sackPermitted();
        s.urgent = h.urgentPointer();
        if (options.hasTimestamps()) {
            s.timestamps(options.tsVal(), options.tsEcr());
        }
        s.payload = new byte[h.payloadLength()];
        b.get(h.payloadOffset(), s.payload);
        return s;
    }

    @Override
    public String toString() {
        return "flags " + Integer.toHexString(flags) + " seq " + seq + " ack " + ack + " win " + window + " length "
                + payload.length;
    }
}
