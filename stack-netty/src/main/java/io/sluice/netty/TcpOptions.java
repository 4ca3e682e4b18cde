package io.sluice.netty;

import io.netty.channel.ChannelOption;
import io.sluice.tcp.Knobs;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.TcpProfile;
import io.sluice.tcp.TcpStack;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The TCP options of a channel: kept here until the channel has a socket, then set there. Thread-safe; what other
 * threads set reaches the socket a little later.
 */
final class TcpOptions {
    private final SluiceChannel channel;
    private final List<TcpOption<?>> known;
    private final Map<TcpOption<?>, Object> chosen = new LinkedHashMap<>();
    private @Nullable SocketOptions socket;

    TcpOptions(SluiceChannel channel, List<TcpOption<?>> known) {
        this.channel = channel;
        this.known = known;
    }

    /** The channel has a socket: passes on what was set so far. Called on the loop. */
    synchronized void attach(SocketOptions newSocket) {
        socket = newSocket;
        for (Map.Entry<TcpOption<?>, Object> e : chosen.entrySet()) {
            apply(e.getKey(), e.getValue(), newSocket);
        }
    }

    @SuppressWarnings("unchecked") // the value was given for this option
    private static <T> void apply(TcpOption<T> option, Object value, SocketOptions target) {
        option.setter().accept(target, (T) value);
    }

    <T> void set(TcpOption<T> option, T value) {
        SocketOptions target;
        synchronized (this) {
            chosen.put(option, value);
            target = socket;
        }
        if (target != null) {
            channel.driver().run(() -> option.setter().accept(target, value));
        }
    }

    @SuppressWarnings("unchecked") // the value was given for this option
    synchronized <T> T get(TcpOption<T> option) {
        Object value = chosen.get(option);
        if (value != null) {
            return (T) value;
        }
        SocketOptions s = socket;
        return option.getter().apply(s != null ? s : defaults());
    }

    /** What a host starts with unless it is told otherwise. */
    private static SocketOptions defaults() {
        return new SocketOptions(new Knobs(TcpProfile.STANDARD), TcpStack.DEFAULT);
    }

    /** The value of an option, or null if it is not known here. */
    <T> @Nullable T get(ChannelOption<T> option) {
        TcpOption<T> found = TcpOption.find(known, option);
        return found == null ? null : get(found);
    }

    /** Sets an option; false if it is not known here. */
    <T> boolean set(ChannelOption<T> option, T value) {
        TcpOption<T> found = TcpOption.find(known, option);
        if (found == null) {
            return false;
        }
        set(found, value);
        return true;
    }

    /** All options with their values, and those of {@code others}. */
    Map<ChannelOption<?>, Object> addTo(Map<ChannelOption<?>, Object> others) {
        Map<ChannelOption<?>, Object> all = new HashMap<>(others);
        for (TcpOption<?> o : known) {
            all.put(o.option(), get(o));
        }
        return all;
    }
}
