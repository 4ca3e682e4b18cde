package io.sluice.netty;

import io.netty.channel.ChannelOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The options of a channel's socket: kept here until there is a socket, then set there. Thread-safe; what other threads
 * set reaches the socket a little later.
 *
 * @param <S> the socket's options
 */
final class SocketSettings<S> {
    private final SluiceChannel channel;
    private final List<Setting<S, ?>> known;
    private final Supplier<S> defaults;
    private final Map<Setting<S, ?>, Object> chosen = new LinkedHashMap<>();
    private @Nullable S socket;
    private Runnable changed = () -> {};

    /** @param defaults what is shown before there is a socket */
    SocketSettings(SluiceChannel channel, List<Setting<S, ?>> known, Supplier<S> defaults) {
        this.channel = channel;
        this.known = known;
        this.defaults = defaults;
    }

    /** The channel has a socket: passes on what was set so far. Called on the loop. */
    void attach(S newSocket) {
        attach(newSocket, () -> {});
    }

    /**
     * As {@link #attach(Object)}.
     *
     * @param onChange what follows a later change, on the loop
     */
    synchronized void attach(S newSocket, Runnable onChange) {
        socket = newSocket;
        changed = onChange;
        for (Map.Entry<Setting<S, ?>, Object> e : chosen.entrySet()) {
            apply(e.getKey(), e.getValue(), newSocket);
        }
    }

    @SuppressWarnings("unchecked") // the value was given for this option
    private <T> void apply(Setting<S, T> setting, Object value, S target) {
        setting.setter().accept(target, (T) value);
    }

    <T> void set(Setting<S, T> setting, T value) {
        setting.check(value);
        S target;
        synchronized (this) {
            chosen.put(setting, value);
            target = socket;
        }
        if (target != null) {
            channel.driver().run(() -> {
                setting.setter().accept(target, value);
                changed.run();
            });
        }
    }

    @SuppressWarnings("unchecked") // the value was given for this option
    synchronized <T> T get(Setting<S, T> setting) {
        Object value = chosen.get(setting);
        if (value != null) {
            return (T) value;
        }
        S s = socket;
        return setting.getter().apply(s != null ? s : defaults.get());
    }

    /** From now on the socket's own value is shown. */
    synchronized void forget(Setting<S, ?> setting) {
        chosen.remove(setting);
    }

    /** The value of an option, or null if it is not known here. */
    <T> @Nullable T get(ChannelOption<T> option) {
        Setting<S, T> found = find(option);
        return found == null ? null : get(found);
    }

    /** Sets an option; false if it is not known here. */
    <T> boolean set(ChannelOption<T> option, T value) {
        Setting<S, T> found = find(option);
        if (found == null) {
            return false;
        }
        set(found, value);
        return true;
    }

    @SuppressWarnings("unchecked") // equal options have the same type
    private <T> @Nullable Setting<S, T> find(ChannelOption<T> option) {
        for (Setting<S, ?> s : known) {
            if (s.option().equals(option)) {
                return (Setting<S, T>) s;
            }
        }
        return null;
    }

    /** All options with their values, and those of {@code others}. */
    Map<ChannelOption<?>, Object> addTo(Map<ChannelOption<?>, Object> others) {
        Map<ChannelOption<?>, Object> all = new HashMap<>(others);
        for (Setting<S, ?> s : known) {
            all.put(s.option(), get(s));
        }
        return all;
    }
}
