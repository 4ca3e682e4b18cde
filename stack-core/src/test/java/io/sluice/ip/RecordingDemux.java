package io.sluice.ip;

import io.netty.buffer.ByteBufUtil;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.ip.ErrorReporter.Problem;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Transports that take everything and note what they got. */
final class RecordingDemux implements TransportDemux, ErrorReporter {
    /** A datagram as it was handed over. */
    record Delivered(String transport, ByteBuffer payload, IpDatagram.Destination kind, boolean reassembled, int ecn) {}

    /** A report as it was made. */
    record Report(Problem problem, int pointer, ByteBuffer packet) {}

    final List<Delivered> delivered = new ArrayList<>();
    final List<Report> reports = new ArrayList<>();
    private final Counters counters;

    RecordingDemux(Counters counters) {
        this.counters = counters;
    }

    private void take(String transport, IpDatagram d) {
        byte[] payload = ByteBufUtil.getBytes(d.buffer(), d.payloadIndex(), d.payloadLength());
        for (int i = 0; i < payload.length; i++) {
            if (payload[i] != d.nio().get(d.payloadOffset() + i)) {
                throw new AssertionError("the two views differ at " + i);
            }
        }
        delivered.add(
                new Delivered(transport, ByteBuffer.wrap(payload), d.destinationKind(), d.reassembled(), d.ecn()));
        counters.increment(Counter.PACKETS_DELIVERED);
    }

    @Override
    public void onTcp(IpDatagram datagram, long nowNs) {
        take("tcp", datagram);
    }

    @Override
    public void onUdp(IpDatagram datagram, long nowNs) {
        take("udp", datagram);
    }

    @Override
    public void onIcmp(IpDatagram datagram, long nowNs) {
        take("icmp", datagram);
    }

    @Override
    public void report(Problem problem, IpDatagram cause, int pointer, long nowNs) {
        reports.add(new Report(
                problem,
                pointer,
                ByteBuffer.wrap(ByteBufUtil.getBytes(cause.buffer(), cause.headerIndex(), cause.packetLength()))));
    }
}
