package io.sluice.tun.linux;

/** What the kernel says of one interface ({@code RTM_NEWLINK}). */
public record LinkState(int index, String name, int flags, int mtuBytes, int txQueueLength, String kind) {
    private static final int IFF_UP = 1;

    public boolean up() {
        return (flags & IFF_UP) != 0;
    }
}
