package io.sluice.link;

/** A link to a device of the operating system, which an event loop can wait for. */
public interface DeviceLink extends PolledLink {
    /**
     * The device's descriptor, for {@code epoll}: readable while {@link #receive} would find packets, writable when {@link
     * #emit} need not answer {@link EmitResult#BUSY}. It stays open until {@link #close} at least.
     */
    int fd();
}
