package io.sluice.examples;

import io.sluice.event.RetransmitCause;
import io.sluice.event.StackEvents;
import io.sluice.netty.SluiceSocketChannel;
import io.sluice.sim.chart.Chart;
import io.sluice.sim.chart.Html;
import io.sluice.sim.chart.Series;
import io.sluice.tcp.TcpInfo;
import io.sluice.wire.TcpHeader;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes down what a host's one connection does, by events and by looking at it now and then, and draws it. Used on the event
 * loop, and read when that is over.
 */
final class SwapRecorder implements StackEvents {
    /** The connection went over to {@code stack}. */
    record Swap(double seconds, String stack) {}

    private static final double RATE_WINDOW = 0.1;
    private static final double AROUND_SWAP = 0.25;

    private final List<Swap> swaps = new ArrayList<>();
    private final List<String> stacks = new ArrayList<>();
    private final Series sent = new Series("sent", Series.Style.STROKES);
    private final Series repeated = new Series("sent again", Series.Style.STROKES);
    private final Series acknowledged = new Series("acknowledged", Series.Style.STEP);
    private final Series cwnd = new Series("cwnd", Series.Style.STEP);
    private final Series ssthresh = new Series("ssthresh", Series.Style.STEP);
    private final Series inFlight = new Series("in flight", Series.Style.LINE);
    private final Series rate = new Series("delivered", Series.Style.LINE);
    private final Series roundTrip = new Series("smoothed", Series.Style.LINE);
    private long startNs;
    private long nowNs;
    private int highest;
    private long highestOffset;
    private long ratedBytes;
    private double ratedSeconds;

    private double seconds() {
        return (nowNs - startNs) / 1e9;
    }

    @Override
    public void turnStarted(long now) {
        startNs = startNs == 0 ? now : startNs;
        nowNs = now;
    }

    @Override
    public void segmentSent(Object connection, int seq, int payloadBytes, int flags, RetransmitCause cause, long now) {
        turnStarted(now);
        if ((flags & TcpHeader.SYN) != 0) {
            highest = seq + 1;
        } else if (payloadBytes > 0) {
            long from = highestOffset + (seq - highest);
            (cause == RetransmitCause.NONE ? sent : repeated)
                    .add(seconds(), (double) from, (double) from + payloadBytes);
            if (from + payloadBytes > highestOffset) {
                highest = seq + payloadBytes;
                highestOffset = from + payloadBytes;
            }
        }
    }

    @Override
    public void stackSwitched(Object connection, String from, String to, long now) {
        turnStarted(now);
        swaps.add(new Swap(seconds(), to));
    }

    /** Looks at the connection. */
    void sample(SluiceSocketChannel channel) {
        TcpInfo info = channel.tcpSocket() == null ? null : channel.tcpSocket().info();
        if (info == null) {
            return;
        }
        if (stacks.isEmpty() || !stacks.get(stacks.size() - 1).equals(info.stack())) {
            stacks.add(info.stack());
        }
        double at = seconds();
        acknowledged.add(at, (double) (highestOffset - info.unackedBytes()));
        cwnd.add(at, (double) info.cwndBytes());
        inFlight.add(at, (double) info.pipeBytes());
        roundTrip.add(at, info.srttNs() / 1e6);
        if (info.ssthreshBytes() < 1L << 40) {
            ssthresh.add(at, (double) info.ssthreshBytes());
        }
        if (at - ratedSeconds >= RATE_WINDOW) {
            rate.add(at, (info.deliveredBytes() - ratedBytes) * 8 / 1e6 / (at - ratedSeconds));
            ratedBytes = info.deliveredBytes();
            ratedSeconds = at;
        }
    }

    List<Swap> swaps() {
        return List.copyOf(swaps);
    }

    /** The stacks that it had when it was looked at, in the order of time. */
    List<String> stacks() {
        return List.copyOf(stacks);
    }

    /** Mbit/s that were delivered, over seconds. */
    Series rate() {
        return rate;
    }

    /** The page. */
    String page() {
        Html page = new Html("A live swap of the TCP stack");
        page.paragraph(
                "One connection to the kernel over a TUN device and a line with loss, which changed its stack twice while it "
                        + "sent. Turn the wheel over a picture to magnify it.");
        List<Chart> charts = new ArrayList<>(List.of(
                new Chart("Congestion window", "seconds", "octets")
                        .add(cwnd)
                        .add(ssthresh)
                        .add(inFlight),
                new Chart("Rate", "seconds", "Mbit/s").add(rate),
                new Chart("Round-trip time", "seconds", "ms").add(roundTrip),
                new Chart("Time-sequence", "seconds", "stream offset, octets")
                        .add(sent)
                        .add(acknowledged)
                        .add(repeated)));
        double end = cwnd.size() == 0 ? 1 : cwnd.x(cwnd.size() - 1);
        for (Chart chart : charts) {
            chart.x(0, end);
            swaps.forEach(s -> chart.mark(s.seconds, s.stack));
        }
        Chart sequence = charts.get(charts.size() - 1);
        for (Swap s : swaps) {
            String title = "Time-sequence when " + s.stack + " takes over";
            charts.add(sequence.part(title, s.seconds - AROUND_SWAP, s.seconds + AROUND_SWAP));
        }
        int id = 0;
        for (Chart chart : charts) {
            page.raw(chart.toSvg("c" + id++));
        }
        return page.toString();
    }
}
