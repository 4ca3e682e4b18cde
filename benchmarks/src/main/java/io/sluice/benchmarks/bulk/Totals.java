package io.sluice.benchmarks.bulk;

import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.host.Host;
import io.sluice.tun.TunCounters;
import io.sluice.tun.TunLink;
import java.util.Locale;

/**
 * What host and device have counted at one moment; two of them tell what a transfer took.
 *
 * @param payloadIn TCP payload accepted, in octets
 * @param payloadOut TCP payload handed to the device, repeats included
 * @param copiedIn payload that the stack copied on its way to the user
 * @param copiedOut payload that the stack or the device's link copied on its way from the user
 * @param segmentsOut TCP segments, those in super-segments each counted
 * @param retransmitted segments sent again
 * @param device the device's part
 */
record Totals(
        long payloadIn,
        long payloadOut,
        long copiedIn,
        long copiedOut,
        long segmentsOut,
        long retransmitted,
        Device device) {

    /**
     * The device's part.
     *
     * @param reads packets that came from it, super-segments counted once
     * @param writes packets that went to it, super-segments counted once
     * @param refused packets that it did not take
     */
    record Device(long reads, long writes, long refused) {}

    static Totals of(Host host, TunLink link) {
        Counters c = host.counters();
        TunCounters t = link.counters();
        return new Totals(
                c.get(Counter.TCP_PAYLOAD_BYTES_IN),
                c.get(Counter.TCP_PAYLOAD_BYTES_OUT),
                c.get(Counter.RECEIVE_BYTES_COPIED),
                c.get(Counter.SEND_BYTES_COPIED) + t.payloadBytesCopied(),
                c.get(Counter.TCP_SEGMENTS_OUT),
                c.get(Counter.TCP_SEGMENTS_RETRANSMITTED),
                new Device(t.packetsReceived(), t.packetsSent(), c.get(Counter.LINK_DROPPED)));
    }

    Totals since(Totals before) {
        Device d = before.device;
        return new Totals(
                payloadIn - before.payloadIn,
                payloadOut - before.payloadOut,
                copiedIn - before.copiedIn,
                copiedOut - before.copiedOut,
                segmentsOut - before.segmentsOut,
                retransmitted - before.retransmitted,
                new Device(device.reads - d.reads, device.writes - d.writes, device.refused - d.refused));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "payload in %,d, copied %,d; payload out %,d, copied %,d (octets)%n"
                        + "      %,d reads and %,d writes of the device, %,d segments sent, %,d sent again, %,d refused by it",
                payloadIn,
                copiedIn,
                payloadOut,
                copiedOut,
                device.reads,
                device.writes,
                segmentsOut,
                retransmitted,
                device.refused);
    }
}
