package io.sluice.tcp;

import org.jspecify.annotations.Nullable;

/**
 * What a user has set of Fast Open (RFC 7413) on a socket. Immutable.
 *
 * @param queue TCP_FASTOPEN of a listener: connections that may be open before their handshake is over (§4.2), 0 for none,
 *     {@link #OF_HOST} for what the host says, {@link #OF_BACKLOG} for half the backlog
 * @param onConnect TCP_FASTOPEN_CONNECT: the SYN of an active open waits for the first write, if there is a cookie to send both
 * @param withoutCookie TCP_FASTOPEN_NO_COOKIE: data goes on SYNs, or is taken from them, without a cookie
 * @param keys TCP_FASTOPEN_KEY: a listener's own keys, or null for the host's
 */
public record FastOpenSettings(int queue, boolean onConnect, boolean withoutCookie, @Nullable FastOpenKeys keys) {
    /** As many fast connections as {@link Knob#FAST_OPEN_ALL_LISTENERS} says. */
    public static final int OF_HOST = -1;

    /** As many fast connections as half the backlog. */
    public static final int OF_BACKLOG = -2;

    /** What sockets begin with. */
    public static final FastOpenSettings NONE = new FastOpenSettings(OF_HOST, false, false, null);

    public FastOpenSettings queue(int connections) {
        return new FastOpenSettings(connections, onConnect, withoutCookie, keys);
    }

    public FastOpenSettings onConnect(boolean on) {
        return new FastOpenSettings(queue, on, withoutCookie, keys);
    }

    public FastOpenSettings withoutCookie(boolean on) {
        return new FastOpenSettings(queue, onConnect, on, keys);
    }

    public FastOpenSettings keys(@Nullable FastOpenKeys own) {
        return new FastOpenSettings(queue, onConnect, withoutCookie, own);
    }
}
