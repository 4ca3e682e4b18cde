package io.sluice.netty;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.sluice.event.SocketError;
import io.sluice.tcp.AoInfo;
import io.sluice.tcp.Authentication;
import io.sluice.tcp.ConnectionKeys;
import io.sluice.tcp.KeyControl;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.StoredKeys;
import io.sluice.tcp.TcpConnection;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The {@link ChannelOption}s of TCP-AO (RFC 5925) and TCP MD5 (RFC 2385). They are not values that a socket has but things
 * that are done to its keys: before there is a socket to keys that it will have, then to its own. Nothing else here keeps a
 * secret, and none is told. Thread-safe; what other threads set reaches the socket a little later.
 */
final class KeySettings {
    private static final Map<ChannelOption<?>, BiFunction<KeySettings, Object, Change>> CHANGES = Map.of(
            SluiceChannelOption.TCP_AO_KEYS,
            (s, value) -> keys(value),
            EpollChannelOption.TCP_MD5SIG,
            KeySettings::md5,
            SluiceChannelOption.TCP_AO_REQUIRED,
            (s, value) -> new Change(keys -> keys.required((Boolean) value)),
            SluiceChannelOption.TCP_AO_ACCEPT_ICMPS,
            (s, value) -> new Change(keys -> keys.acceptIcmps((Boolean) value)),
            SluiceChannelOption.TCP_AO_CURRENT_KEY,
            (s, value) -> new Change(keys -> keys.current((Integer) value)),
            SluiceChannelOption.TCP_AO_RNEXT_KEY,
            (s, value) -> new Change(keys -> keys.rnext((Integer) value)));

    /** What is read back: no key. */
    private static final Map<ChannelOption<?>, Function<@Nullable AoInfo, @Nullable Object>> TOLD = Map.of(
            SluiceChannelOption.TCP_AO_KEYS,
            info -> List.of(),
            EpollChannelOption.TCP_MD5SIG,
            info -> Map.of(),
            SluiceChannelOption.TCP_AO_INFO,
            info -> info,
            SluiceChannelOption.TCP_AO_REQUIRED,
            info -> info != null && info.required(),
            SluiceChannelOption.TCP_AO_ACCEPT_ICMPS,
            info -> info != null && info.acceptsIcmps(),
            SluiceChannelOption.TCP_AO_CURRENT_KEY,
            info -> info == null ? -1 : info.currentKey(),
            SluiceChannelOption.TCP_AO_RNEXT_KEY,
            info -> info == null ? -1 : info.rnextKey());

    private final SluiceChannel channel;
    private final Set<InetAddress> md5Peers = new HashSet<>();
    private @Nullable Authentication waiting;
    private @Nullable Supplier<@Nullable TcpConnection> connection;
    private @Nullable Supplier<SocketOptions> options;

    KeySettings(SluiceChannel channel) {
        this.channel = channel;
        channel.whenClosed(this::wipeWaiting);
    }

    /** Something to be done, and then to wipe the copies of secrets that it has. */
    private record Change(Function<KeyControl, @Nullable SocketError> to, Runnable wipe) {
        Change(Function<KeyControl, @Nullable SocketError> to) {
            this(to, () -> {});
        }
    }

    /** The channel has a socket: the keys that waited are its own. Called on the loop. */
    synchronized void attach(Supplier<@Nullable TcpConnection> newConnection, Supplier<SocketOptions> newOptions) {
        connection = newConnection;
        options = newOptions;
        if (waiting != null) {
            newOptions.get().authentication = waiting;
            waiting = null;
        }
    }

    /**
     * Does what the option says; false if it is none of these.
     *
     * @throws ChannelException if the keys refuse it, and this is known at once; else the pipeline hears of it
     */
    <T> boolean set(ChannelOption<T> option, T value) {
        Change change = change(option, value);
        if (change == null) {
            return false;
        }
        if (!channel.isOpen()) {
            change.wipe.run();
            throw closed(option);
        }
        if (!isAttached(option, change)) {
            return true;
        }
        HostDriver driver = channel.driver();
        boolean here = driver.inLoop();
        boolean runs = driver.run(() -> {
            ChannelException refusal = apply(option, change, KeyControl.of(connection(), this::options));
            if (refusal != null && here) {
                throw refusal;
            } else if (refusal != null) {
                channel.pipeline().fireExceptionCaught(refusal);
            }
        });
        if (!runs) {
            change.wipe.run();
        }
        return true;
    }

    /** Whether there is a socket; else the keys that it will have are changed. */
    private synchronized boolean isAttached(ChannelOption<?> option, Change change) {
        if (options != null) {
            return true;
        }
        Authentication keys = waiting;
        if (keys == null) {
            keys = new Authentication();
            waiting = keys;
        }
        ChannelException refusal = apply(option, change, new StoredKeys(keys));
        if (refusal != null) {
            throw refusal;
        }
        return false;
    }

    /** The channel is closed: keys that still wait for a socket never get one. */
    private synchronized void wipeWaiting() {
        if (waiting != null) {
            waiting.close();
            waiting = null;
        }
    }

    private @Nullable ChannelException apply(ChannelOption<?> option, Change change, KeyControl keys) {
        try {
            if (!channel.isOpen()) {
                return closed(option);
            }
            SocketError error = change.to.apply(keys);
            return error == null ? null : new ChannelException(option.name() + " of " + channel + ": " + error);
        } finally {
            change.wipe.run();
        }
    }

    private ChannelException closed(ChannelOption<?> option) {
        return new ChannelException(option.name() + " of " + channel + ", which is closed");
    }

    /** What an option is to do; null if it is none of these, or only told. */
    private @Nullable Change change(ChannelOption<?> option, Object value) {
        BiFunction<KeySettings, Object, Change> change = CHANGES.get(option);
        return change == null ? null : change.apply(this, value);
    }

    @SuppressWarnings("unchecked") // the option's value has this type
    private static Change keys(Object value) {
        List<MasterKeyTuple> copies = ((List<MasterKeyTuple>) value)
                .stream().map(MasterKeyTuple::copy).toList();
        return new Change(keys -> addAll(keys, copies), () -> copies.forEach(MasterKeyTuple::close));
    }

    private static @Nullable SocketError addAll(KeyControl keys, List<MasterKeyTuple> tuples) {
        SocketError error = null;
        for (int i = 0; error == null && i < tuples.size(); i++) {
            error = keys.add(tuples.get(i));
        }
        return error;
    }

    /** As Netty's epoll channels: these are all there are, so those set before for other peers go. */
    @SuppressWarnings("unchecked") // the option's value has this type
    private Change md5(Object value) {
        Map<InetAddress, byte[]> secrets = (Map<InetAddress, byte[]>) value;
        List<InetAddress> peers = new ArrayList<>();
        List<MasterKey> copies = new ArrayList<>();
        secrets.forEach((peer, secret) -> {
            peers.add(peer);
            copies.add(new MasterKey(secret));
        });
        return new Change(keys -> replaceMd5(keys, peers, copies), () -> copies.forEach(MasterKey::close));
    }

    private @Nullable SocketError replaceMd5(KeyControl keys, List<InetAddress> peers, List<MasterKey> secrets) {
        md5Peers.removeIf(p -> !peers.contains(p) && keys.removeMd5(prefix(p)) == null);
        SocketError error = null;
        for (int i = 0; error == null && i < peers.size(); i++) {
            error = keys.addMd5(prefix(peers.get(i)), secrets.get(i));
            if (error == null) {
                md5Peers.add(peers.get(i));
            }
        }
        return error;
    }

    private static IpPrefix prefix(InetAddress address) {
        return IpPrefix.of(IpAddress.of(address));
    }

    private synchronized @Nullable TcpConnection connection() {
        return connection == null ? null : connection.get();
    }

    private synchronized SocketOptions options() {
        if (options == null) {
            throw new IllegalStateException("no socket yet: " + channel);
        }
        return options.get();
    }

    /** The value of an option, or null if it is none of these or has none. */
    @SuppressWarnings("unchecked") // each option's value has its type
    <T> @Nullable T get(ChannelOption<T> option) {
        Function<@Nullable AoInfo, @Nullable Object> told = TOLD.get(option);
        return told == null ? null : (T) told.apply(info());
    }

    /** These options with their values, and {@code others}. */
    Map<ChannelOption<?>, Object> addTo(Map<ChannelOption<?>, Object> others) {
        AoInfo info = info();
        TOLD.forEach((option, told) -> {
            Object value = told.apply(info);
            if (value != null) {
                others.put(option, value);
            }
        });
        return others;
    }

    private synchronized @Nullable AoInfo info() {
        TcpConnection c = connection();
        if (c != null) {
            return new ConnectionKeys(c).info();
        }
        Authentication keys = options == null ? waiting : options.get().authentication;
        return keys == null ? null : new StoredKeys(keys).info();
    }
}
