package io.sluice.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Reading and writing packets allocates nothing. */
class WireAllocationTest {
    private static final int PACKETS = 20_000;

    private final Ipv4Header ipv4 = new Ipv4Header();
    private final Ipv4Options ipv4Options = new Ipv4Options();
    private final Ipv6Header ipv6 = new Ipv6Header();
    private final Ipv6ExtensionHeaders extensions = new Ipv6ExtensionHeaders();
    private final TcpHeader tcp = new TcpHeader();
    private final TcpOptions options = new TcpOptions();
    private final UdpHeader udp = new UdpHeader();
    private final UdpOptions udpOptions = new UdpOptions();
    private final IcmpHeader icmp = new IcmpHeader();
    private final ByteBuffer syn = Octets.buffer(Packets.RFC9235_4_1_1);
    private final ByteBuffer echo = Octets.buffer(Packets.ICMPV4_ECHO);
    private final ByteBuffer chain = Octets.buffer(Packets.IPV6_CHAIN);
    private final ByteBuffer surplus = Octets.buffer(Packets.UDP_OPTIONS);
    private final ByteBuffer out = ByteBuffer.allocateDirect(128);
    private final IpPrefix net = IpPrefix.parse("10.0.0.0/8");

    @Test
    void packetsInAndOutAllocateNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        boolean ok = true;
        for (int i = 0; i < 100; i++) { // loads classes and links call sites
            ok &= readAll() && writeAll(i);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < PACKETS; i++) {
            ok &= readAll() && writeAll(i);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(ok);
        assertTrue(allocated < PACKETS, () -> allocated + " bytes for " + PACKETS + " rounds");
    }

    private boolean readAll() {
        boolean ok = ipv4.wrap(syn, 0, syn.limit()) && ipv4.isChecksumValid() && net.matches4(ipv4.source());
        ok &= tcp.wrap(syn, ipv4.payloadOffset(), ipv4.payloadLength());
        ok &= options.parse(syn, tcp.optionsOffset(), tcp.optionsLength()) && options.hasAo();
        ok &= ipv4.wrap(echo, 0, echo.limit());
        ok &= ipv4Options.wrap(echo, ipv4.optionsOffset(), ipv4.optionsLength()) && ipv4Options.next();
        ok &= icmp.wrap(echo, ipv4.payloadOffset(), ipv4.payloadLength()) && icmp.isChecksumValid(0);
        ok &= udpOptions.wrap(surplus, 37, 47, true) && udpOptions.isPaddingZero() && udpOptions.next();
        ok &= udpOptions.apc() == Crc32c.of(surplus, 28, 9)
                && udpOptions.next()
                && udpOptions.maxDatagramSize() == 1472;
        ok &= ipv6.wrap(chain, 0, chain.limit()) && extensions.walk(ipv6);
        ok &= udp.wrap(chain, extensions.upperOffset(), extensions.upperLength());
        return ok && udp.isChecksumValid(ipv6.pseudoHeader(extensions.upperProtocol(), extensions.upperLength()));
    }

    private boolean writeAll(int i) {
        ipv4.emit(out, 0, 60).protocol(IpProtocol.TCP).source(i).destination(~i).updateChecksum();
        tcp.emit(out, 20, 32, 60).sequenceNumber(i).flags(TcpHeader.ACK).window(i);
        int end = UdpOptionWriter.request(out, UdpOptionWriter.begin(out, 29, true), i);
        UdpOptionWriter.end(out, 29, true, end);
        int at = TcpOptionWriter.nop(out, TcpOptionWriter.nop(out, tcp.optionsOffset()));
        TcpOptionWriter.timestamps(out, at, i, i);
        tcp.updateChecksum(ipv4.pseudoHeader());
        return tcp.isChecksumValid(ipv4.pseudoHeader()) && options.parse(out, tcp.optionsOffset(), 12);
    }
}
