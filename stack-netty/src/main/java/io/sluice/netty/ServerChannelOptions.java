package io.sluice.netty;

import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ServerSocketChannelConfig;
import io.netty.util.NetUtil;
import io.sluice.api.TcpListener;
import io.sluice.tcp.SocketOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configuration of a {@link SluiceServerSocketChannel}. */
final class ServerChannelOptions extends ChannelOptions<ServerSocketChannelConfig>
        implements ServerSocketChannelConfig {
    private final SocketSettings<SocketOptions> tcp;
    private final KeySettings keys;
    private volatile int backlog = NetUtil.SOMAXCONN;
    private volatile boolean ipv6Only;

    ServerChannelOptions(SluiceServerSocketChannel channel) {
        super(channel);
        tcp = new SocketSettings<>(channel, TcpSettings.OF_LISTENER, TcpSettings::defaults);
        keys = new KeySettings(channel);
    }

    /** The channel has a socket: what was chosen so far is the socket's, and what is chosen from now on reaches it. */
    void attach(TcpListener listener) {
        tcp.attach(listener.options());
        keys.attach(() -> null, listener::options);
    }

    boolean isIpv6Only() {
        return ipv6Only;
    }

    @Override
    public Map<ChannelOption<?>, Object> getOptions() {
        return keys.addTo(
                tcp.addTo(getOptions(super.getOptions(), ChannelOption.SO_BACKLOG, SluiceChannelOption.IPV6_V6ONLY)));
    }

    @Override
    @SuppressWarnings("unchecked") // each option's value has its type
    public <T> @Nullable T getOption(ChannelOption<T> option) {
        if (option.equals(ChannelOption.SO_BACKLOG)) {
            return (T) Integer.valueOf(backlog);
        }
        if (option.equals(SluiceChannelOption.IPV6_V6ONLY)) {
            return (T) Boolean.valueOf(ipv6Only);
        }
        T value = tcp.get(option);
        if (value == null) {
            value = keys.get(option);
        }
        return value != null ? value : super.getOption(option);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        validate(option, value);
        if (option.equals(ChannelOption.SO_BACKLOG)) {
            setBacklog((Integer) value);
        } else if (option.equals(SluiceChannelOption.IPV6_V6ONLY)) {
            ipv6Only = (Boolean) value;
        } else if (!tcp.set(option, value) && !keys.set(option, value)) {
            return super.setOption(option, value);
        }
        return true;
    }

    @Override
    public int getBacklog() {
        return backlog;
    }

    @Override
    public ServerSocketChannelConfig setBacklog(int newBacklog) {
        if (newBacklog < 0) {
            throw new IllegalArgumentException("backlog: " + newBacklog);
        }
        backlog = newBacklog;
        return this;
    }

    @Override
    public boolean isReuseAddress() {
        return tcp.get(TcpSettings.REUSE_ADDRESS);
    }

    @Override
    public ServerSocketChannelConfig setReuseAddress(boolean reuseAddress) {
        tcp.set(TcpSettings.REUSE_ADDRESS, reuseAddress);
        return this;
    }

    @Override
    public int getReceiveBufferSize() {
        return tcp.get(TcpSettings.RECEIVE_BUFFER);
    }

    @Override
    public ServerSocketChannelConfig setReceiveBufferSize(int receiveBufferSize) {
        tcp.set(TcpSettings.RECEIVE_BUFFER, receiveBufferSize);
        return this;
    }

    /** Has no effect, as with Netty's other channels. */
    @Override
    public ServerSocketChannelConfig setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        return this;
    }
}
