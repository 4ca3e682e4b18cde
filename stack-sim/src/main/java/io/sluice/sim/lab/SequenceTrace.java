package io.sluice.sim.lab;

import io.netty.buffer.ByteBuf;
import io.sluice.sim.Capture;
import io.sluice.sim.Fate;
import io.sluice.sim.Pipe;
import io.sluice.sim.chart.Chart;
import io.sluice.sim.chart.Series;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.TcpOptions;
import java.nio.ByteBuffer;

/**
 * What a sender's network device sees of its one connection, as tcptrace draws it: segments sent, repeated and lost, the
 * acknowledged edge and the edge of the window.
 */
final class SequenceTrace implements Capture {
    private final String flow;
    private final Pipe out;
    private final Pipe in;
    private final long beginNs;
    private final Series sent = new Series("sent", Series.Style.STROKES);
    private final Series repeated = new Series("sent again", Series.Style.STROKES);
    private final Series sacked = new Series("SACK", Series.Style.STROKES);
    private final Series acked = new Series("acknowledged", Series.Style.STEP);
    private final Series window = new Series("window", Series.Style.STEP);
    private final TcpHeader tcp = new TcpHeader();
    private final TcpOptions options = new TcpOptions();
    private boolean started;
    private int initial;
    private int windowShift;
    private int highest;
    private long highestOffset;

    SequenceTrace(String flow, Pipe out, Pipe in, long beginNs) {
        this.flow = flow;
        this.out = out;
        this.in = in;
        this.beginNs = beginNs;
    }

    private double seconds(long nowNs) {
        return (nowNs - beginNs) / 1e9;
    }

    @Override
    public void sent(Pipe pipe, ByteBuf bytes, long nowNs) {
        if (pipe != out || !wrap(bytes)) {
            return;
        }
        if ((tcp.flags() & TcpHeader.SYN) != 0) {
            started = true;
            initial = tcp.sequenceNumber() + 1;
            highest = initial;
            return;
        }
        int length = tcp.payloadLength();
        if (!started || length == 0) {
            return;
        }
        int ahead = tcp.sequenceNumber() - highest;
        long from = highestOffset + ahead;
        if (ahead >= 0) {
            highest = tcp.sequenceNumber() + length;
            highestOffset = from + length;
        }
        (ahead >= 0 ? sent : repeated).add(seconds(nowNs), (double) from, (double) (from + length));
    }

    @Override
    public void delivered(Pipe pipe, ByteBuf bytes, long nowNs) {
        if (pipe != in || !started || !wrap(bytes)) {
            return;
        }
        boolean syn = (tcp.flags() & TcpHeader.SYN) != 0;
        if (!syn && (tcp.flags() & (TcpHeader.ACK | TcpHeader.RST)) != TcpHeader.ACK) {
            return; // a reset acknowledges nothing
        }
        boolean parsed = options.parse(tcp.buffer(), tcp.optionsOffset(), tcp.optionsLength());
        if (syn) {
            windowShift = parsed && options.hasWindowScale() ? options.windowScale() : 0;
            return;
        }
        long ack = offset(tcp.acknowledgmentNumber());
        acked.add(seconds(nowNs), (double) ack);
        window.add(seconds(nowNs), (double) (ack + ((long) tcp.window() << windowShift)));
        for (int i = 0; parsed && i < options.sackCount(); i++) {
            sacked.add(seconds(nowNs), (double) offset(options.sackLeft(i)), (double) offset(options.sackRight(i)));
        }
    }

    private long offset(int seq) {
        return highestOffset + (seq - highest);
    }

    @Override
    public void dropped(Pipe pipe, ByteBuf bytes, Fate fate, long nowNs) {}

    private boolean wrap(ByteBuf bytes) {
        int ip = transportOffset(bytes);
        int length = bytes.readableBytes() - ip;
        ByteBuffer view = bytes.internalNioBuffer(bytes.readerIndex(), bytes.readableBytes());
        return length >= TcpHeader.MIN_LENGTH && tcp.wrap(view, view.position() + ip, length);
    }

    private static int transportOffset(ByteBuf bytes) {
        int first = bytes.getByte(bytes.readerIndex());
        return (first & 0xF0) == 0x60 ? 40 : (first & 0x0F) * 4;
    }

    /** A part of the picture, as high as what was sent: the edge of the window may be far above. */
    static Chart magnified(Chart sequence, String title, double from, double to) {
        Chart part = sequence.part(title, from, to);
        Series sent = part.series().get(0);
        double highest = sent.size() == 0 ? 0 : sent.y2(sent.size() - 1);
        double lowest = sent.size() == 0 ? 0 : sent.y(0);
        return highest > lowest ? part.maxY(highest + (highest - lowest) / 10) : part;
    }

    String flow() {
        return flow;
    }

    /** When something was sent again for the first time, in seconds; NaN if nothing was. */
    double firstRepetition() {
        return repeated.size() == 0 ? Double.NaN : repeated.x(0);
    }

    /** What the picture of this flow is called. */
    static String title(String flow) {
        return "Time-sequence of " + flow;
    }

    /** The picture. */
    Chart chart() {
        return new Chart(title(flow), "seconds", "stream offset, octets")
                .add(sent)
                .add(acked)
                .add(window)
                .add(sacked)
                .add(repeated);
    }
}
