package io.sluice.link;

import io.sluice.time.Deadline;

/**
 * A link whose received packets are asked for by whoever drives the host: a device, or a queue that somebody else fills.
 *
 * <p>A driver asks when the link tells it to, which is what the two kinds differ in: a {@link DeviceLink} has a
 * descriptor to wait for, a {@link SignallingLink} calls. Confined to the host's thread but where said otherwise.
 */
public interface PolledLink extends Link, AutoCloseable {
    /**
     * Hands received packets to {@code host}, at most {@code maxPackets} of them.
     *
     * @param nowNs the time of this turn
     * @return how many; fewer than {@code maxPackets} if there are no more now
     */
    int receive(PacketReceiver host, int maxPackets, long nowNs);

    /** When {@link #receive} has to be called at the latest: for links that hold packets back themselves. */
    default long nextDeadlineNs() {
        return Deadline.NEVER;
    }

    /** Lets go of buffers; packets that are offered later are dropped. Idempotent. */
    @Override
    void close();
}
