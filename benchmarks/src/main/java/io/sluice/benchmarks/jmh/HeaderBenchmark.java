package io.sluice.benchmarks.jmh;

import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6Header;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.TcpOptionWriter;
import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Wire views: what it takes to look at, and to write, the headers of an acknowledgment with timestamps. */
@State(Scope.Thread)
public class HeaderBenchmark {
    private static final int TCP_LENGTH = TcpHeader.MIN_LENGTH + 12;
    private static final int SOURCE = 0x0A000001;
    private static final int DESTINATION = 0x0A000002;
    private static final long PREFIX = 0xFD00L << 48;

    private final ByteBuffer packet4 = ByteBuffer.allocateDirect(Ipv4Header.MIN_LENGTH + TCP_LENGTH);
    private final ByteBuffer packet6 = ByteBuffer.allocateDirect(Ipv6Header.LENGTH + TCP_LENGTH);
    private final ByteBuffer out = ByteBuffer.allocateDirect(128);
    private final Ipv4Header ipv4 = new Ipv4Header();
    private final Ipv6Header ipv6 = new Ipv6Header();
    private final TcpHeader tcp = new TcpHeader();
    private int seq;

    @Setup
    public void write() {
        emit4(packet4);
        emit6(packet6);
    }

    private int emit4(ByteBuffer b) {
        ipv4.emit(b, 0, TCP_LENGTH).timeToLive(64).protocol(IpProtocol.TCP);
        ipv4.dontFragment(true).source(SOURCE).destination(DESTINATION).updateChecksum();
        return emitTcp(b, Ipv4Header.MIN_LENGTH, ipv4.pseudoHeader());
    }

    private int emit6(ByteBuffer b) {
        ipv6.emit(b, 0, TCP_LENGTH).nextHeader(IpProtocol.TCP).hopLimit(64);
        ipv6.source(PREFIX, 1).destination(PREFIX, 2);
        return emitTcp(b, Ipv6Header.LENGTH, ipv6.pseudoHeader(IpProtocol.TCP, TCP_LENGTH));
    }

    private int emitTcp(ByteBuffer b, int at, long pseudoHeader) {
        tcp.emit(b, at, TCP_LENGTH, TCP_LENGTH).sourcePort(40_000).destinationPort(80);
        tcp.sequenceNumber(seq++).acknowledgmentNumber(seq).flags(TcpHeader.ACK).window(0xFFFF);
        int p = tcp.optionsOffset();
        TcpOptionWriter.timestamps(b, TcpOptionWriter.nop(b, TcpOptionWriter.nop(b, p)), seq, seq);
        tcp.updateChecksum(pseudoHeader);
        return tcp.checksum();
    }

    /** Points the views, checks both checksums and reads what the demultiplexer and TCP need. */
    @Benchmark
    public int parseIpv4Tcp() {
        if (!ipv4.wrap(packet4, 0, packet4.capacity()) || !ipv4.isChecksumValid()) {
            throw new IllegalStateException("the header is valid");
        }
        int addresses = ipv4.source() ^ ipv4.destination() ^ ipv4.protocol();
        return addresses ^ parseTcp(packet4, ipv4.payloadOffset(), ipv4.payloadLength(), ipv4.pseudoHeader());
    }

    /** As {@link #parseIpv4Tcp}; IPv6 has no header checksum. */
    @Benchmark
    public long parseIpv6Tcp() {
        if (!ipv6.wrap(packet6, 0, packet6.capacity())) {
            throw new IllegalStateException("the header is valid");
        }
        long addresses = ipv6.sourceHi() ^ ipv6.sourceLo() ^ ipv6.destinationHi() ^ ipv6.destinationLo();
        long pseudoHeader = ipv6.pseudoHeader(IpProtocol.TCP, ipv6.payloadLength());
        return addresses ^ parseTcp(packet6, ipv6.payloadOffset(), ipv6.payloadLength(), pseudoHeader);
    }

    private int parseTcp(ByteBuffer b, int at, int length, long pseudoHeader) {
        if (!tcp.wrap(b, at, length) || !tcp.isChecksumValid(pseudoHeader)) {
            throw new IllegalStateException("the segment is valid");
        }
        int ports = tcp.sourcePort() << 16 | tcp.destinationPort();
        return ports ^ tcp.sequenceNumber() ^ tcp.acknowledgmentNumber() ^ tcp.flags() ^ tcp.window();
    }

    /** Writes both headers with the timestamps option and both checksums. */
    @Benchmark
    public int emitIpv4Tcp() {
        return emit4(out);
    }

    /** As {@link #emitIpv4Tcp}. */
    @Benchmark
    public int emitIpv6Tcp() {
        return emit6(out);
    }
}
