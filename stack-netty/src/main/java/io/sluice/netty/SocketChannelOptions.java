package io.sluice.netty;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.SocketChannelConfig;
import io.sluice.api.TcpSocket;
import io.sluice.tcp.SendNotice;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.StackRefusal;
import io.sluice.tcp.TcpConnection;
import io.sluice.tcp.TcpStack;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The configuration of a {@link SluiceSocketChannel}: Netty's, the socket's and the stack's own options. */
final class SocketChannelOptions extends ChannelOptions<SocketChannelConfig> implements SocketChannelConfig {
    private final SocketSettings<SocketOptions> tcp;
    private final KeySettings keys;
    private final WriteNotices notices = new WriteNotices();
    private volatile @Nullable TcpSocket socket;
    private volatile boolean allowHalfClosure;
    private volatile boolean stableWrites;

    SocketChannelOptions(SluiceSocketChannel channel) {
        super(channel);
        tcp = new SocketSettings<>(channel, TcpSettings.OF_CONNECTION, TcpSettings::defaults);
        keys = new KeySettings(channel);
        tcp.set(TcpSettings.NO_DELAY, true); // as Netty's other TCP channels
    }

    SocketSettings<SocketOptions> tcp() {
        return tcp;
    }

    /** What the pipeline is told of its writes. */
    WriteNotices notices() {
        return notices;
    }

    /** The channel has a socket: what was chosen so far is the socket's, and what is chosen from now on reaches it. */
    void attach(TcpSocket s) {
        HostDriver driver = channel().driver();
        tcp.attach(s.options(), () -> {
            TcpConnection c = s.connection();
            if (c != null) {
                c.optionsChanged(driver.now());
            }
        });
        keys.attach(s::connection, s::options);
        tcp.forget(TcpSettings.STACK); // a connection may have to keep another, and a swap may be refused
        socket = s;
    }

    /** Fulfils {@code promise} when the connection runs {@code next}, or fails it with a {@link StackRefusedException}. */
    ChannelFuture stack(TcpStack next, ChannelPromise promise) {
        return stack(socket, next, promise);
    }

    private ChannelFuture stack(@Nullable TcpSocket s, TcpStack next, ChannelPromise promise) {
        if (s == null) {
            tcp.set(TcpSettings.STACK, next);
            return promise.setSuccess();
        }
        HostDriver driver = channel().driver();
        Runnable swap = () -> {
            StackRefusal refusal = s.stack(next, driver.now());
            if (refusal == null) {
                promise.setSuccess();
            } else {
                promise.setFailure(new StackRefusedException(channel.toString(), next.name(), refusal));
            }
        };
        driver.run(swap, promise);
        return promise;
    }

    /** An option has no future: who sets it on the loop has the refusal thrown, else the pipeline hears of it. */
    private void stackOption(TcpStack next) {
        TcpSocket s = socket;
        boolean here = s == null || channel().driver().inLoop();
        ChannelFuture done = stack(s, next, channel.newPromise());
        if (here && done.cause() != null) {
            throw new ChannelException(done.cause());
        }
        if (!here) {
            done.addListener(f -> {
                if (f.cause() != null) {
                    channel.pipeline().fireExceptionCaught(f.cause());
                }
            });
        }
    }

    boolean isStableWrites() {
        return stableWrites;
    }

    @Override
    public Map<ChannelOption<?>, Object> getOptions() {
        return keys.addTo(tcp.addTo(getOptions(
                super.getOptions(),
                ChannelOption.ALLOW_HALF_CLOSURE,
                SluiceChannelOption.STABLE_WRITES,
                SluiceChannelOption.SO_TIMESTAMPING)));
    }

    @Override
    @SuppressWarnings("unchecked") // each option's value has its type
    public <T> @Nullable T getOption(ChannelOption<T> option) {
        if (option.equals(ChannelOption.ALLOW_HALF_CLOSURE)) {
            return (T) Boolean.valueOf(allowHalfClosure);
        }
        if (option.equals(SluiceChannelOption.STABLE_WRITES)) {
            return (T) Boolean.valueOf(stableWrites);
        }
        if (option.equals(SluiceChannelOption.SO_TIMESTAMPING)) {
            return (T) notices.wanted();
        }
        T value = tcp.get(option);
        if (value == null) {
            value = keys.get(option);
        }
        return value != null ? value : super.getOption(option);
    }

    @Override
    @SuppressWarnings("unchecked") // each option's value has its type
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        validate(option, value);
        if (option.equals(ChannelOption.ALLOW_HALF_CLOSURE)) {
            allowHalfClosure = (Boolean) value;
        } else if (option.equals(SluiceChannelOption.STABLE_WRITES)) {
            stableWrites = (Boolean) value;
        } else if (option.equals(SluiceChannelOption.SO_TIMESTAMPING)) {
            notices.want((Set<SendNotice.Kind>) value);
        } else if (option.equals(SluiceChannelOption.TCP_STACK)) {
            stackOption((TcpStack) value);
        } else if (!tcp.set(option, value) && !keys.set(option, value)) {
            return super.setOption(option, value);
        }
        return true;
    }

    @Override
    public boolean isTcpNoDelay() {
        return tcp.get(TcpSettings.NO_DELAY);
    }

    @Override
    public SocketChannelConfig setTcpNoDelay(boolean tcpNoDelay) {
        tcp.set(TcpSettings.NO_DELAY, tcpNoDelay);
        return this;
    }

    @Override
    public int getSoLinger() {
        return tcp.get(TcpSettings.LINGER);
    }

    @Override
    public SocketChannelConfig setSoLinger(int soLinger) {
        tcp.set(TcpSettings.LINGER, soLinger);
        return this;
    }

    @Override
    public int getSendBufferSize() {
        return tcp.get(TcpSettings.SEND_BUFFER);
    }

    @Override
    public SocketChannelConfig setSendBufferSize(int sendBufferSize) {
        tcp.set(TcpSettings.SEND_BUFFER, sendBufferSize);
        return this;
    }

    @Override
    public int getReceiveBufferSize() {
        return tcp.get(TcpSettings.RECEIVE_BUFFER);
    }

    @Override
    public SocketChannelConfig setReceiveBufferSize(int receiveBufferSize) {
        tcp.set(TcpSettings.RECEIVE_BUFFER, receiveBufferSize);
        return this;
    }

    @Override
    public boolean isKeepAlive() {
        return tcp.get(TcpSettings.KEEP_ALIVE);
    }

    @Override
    public SocketChannelConfig setKeepAlive(boolean keepAlive) {
        tcp.set(TcpSettings.KEEP_ALIVE, keepAlive);
        return this;
    }

    @Override
    public int getTrafficClass() {
        return tcp.get(TcpSettings.TRAFFIC_CLASS);
    }

    @Override
    public SocketChannelConfig setTrafficClass(int trafficClass) {
        tcp.set(TcpSettings.TRAFFIC_CLASS, trafficClass);
        return this;
    }

    @Override
    public boolean isReuseAddress() {
        return tcp.get(TcpSettings.REUSE_ADDRESS);
    }

    @Override
    public SocketChannelConfig setReuseAddress(boolean reuseAddress) {
        tcp.set(TcpSettings.REUSE_ADDRESS, reuseAddress);
        return this;
    }

    /** Has no effect, as with Netty's other channels. */
    @Override
    public SocketChannelConfig setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        return this;
    }

    @Override
    public boolean isAllowHalfClosure() {
        return allowHalfClosure;
    }

    @Override
    public SocketChannelConfig setAllowHalfClosure(boolean allow) {
        allowHalfClosure = allow;
        return this;
    }
}
