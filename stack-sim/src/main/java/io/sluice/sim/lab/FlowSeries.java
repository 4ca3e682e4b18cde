package io.sluice.sim.lab;

import io.sluice.sim.chart.Series;
import io.sluice.tcp.TcpInfo;

/** What a flow was like over time, sampled. Octets, milliseconds and Mbit/s over seconds. */
final class FlowSeries {
    final Series cwnd;
    final Series ssthresh;
    final Series pipe;
    final Series rtt;
    final Series rate;
    final Series sent;
    final Samples rttSamples = new Samples();
    final Samples cwndSamples = new Samples();
    private long lastBytes;
    private double lastRateSeconds;

    FlowSeries(String name) {
        cwnd = new Series("cwnd " + name, Series.Style.STEP);
        ssthresh = new Series("ssthresh " + name, Series.Style.STEP);
        pipe = new Series("pipe " + name, Series.Style.LINE);
        rtt = new Series(name, Series.Style.LINE);
        rate = new Series(name, Series.Style.LINE);
        sent = new Series(name, Series.Style.LINE);
    }

    /** One look at the connection. */
    void sample(double seconds, TcpInfo info) {
        cwnd.add(seconds, (double) info.cwndBytes());
        cwndSamples.add((double) info.cwndBytes());
        pipe.add(seconds, (double) info.pipeBytes());
        if (info.ssthreshBytes() < 1L << 40) {
            ssthresh.add(seconds, (double) info.ssthreshBytes());
        }
        if (info.srttNs() > 0) {
            rtt.add(seconds, info.srttNs() / 1e6);
            rttSamples.add(info.srttNs() / 1e6);
        }
    }

    /** How much has left and arrived so far: makes a point of the rate. */
    void moved(double seconds, long sentBytes, long bytes) {
        sent.add(seconds, (double) sentBytes);
        if (seconds > lastRateSeconds) {
            rate.add(seconds, (bytes - lastBytes) * 8 / 1e6 / (seconds - lastRateSeconds));
        }
        lastBytes = bytes;
        lastRateSeconds = seconds;
    }
}
