package io.sluice.netty;

import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DatagramChannelConfig;
import io.sluice.udp.UdpSocketOptions;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configuration of a {@link SluiceDatagramChannel}. */
final class DatagramChannelOptions extends ChannelOptions<DatagramChannelConfig> implements DatagramChannelConfig {
    private final SocketSettings<UdpSocketOptions> udp;

    DatagramChannelOptions(SluiceDatagramChannel channel) {
        super(channel);
        udp = new SocketSettings<>(channel, UdpSettings.ALL, UdpSocketOptions::new);
    }

    SocketSettings<UdpSocketOptions> udp() {
        return udp;
    }

    @Override
    public Map<ChannelOption<?>, Object> getOptions() {
        return udp.addTo(super.getOptions());
    }

    @Override
    public <T> @Nullable T getOption(ChannelOption<T> option) {
        T value = udp.get(option);
        return value != null ? value : super.getOption(option);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        validate(option, value);
        return udp.set(option, value) || super.setOption(option, value);
    }

    @Override
    public int getSendBufferSize() {
        return udp.get(UdpSettings.SEND_BUFFER);
    }

    @Override
    public DatagramChannelConfig setSendBufferSize(int sendBufferSize) {
        udp.set(UdpSettings.SEND_BUFFER, sendBufferSize);
        return this;
    }

    @Override
    public int getReceiveBufferSize() {
        return udp.get(UdpSettings.RECEIVE_BUFFER);
    }

    @Override
    public DatagramChannelConfig setReceiveBufferSize(int receiveBufferSize) {
        udp.set(UdpSettings.RECEIVE_BUFFER, receiveBufferSize);
        return this;
    }

    @Override
    public int getTrafficClass() {
        return udp.get(UdpSettings.TRAFFIC_CLASS);
    }

    @Override
    public DatagramChannelConfig setTrafficClass(int trafficClass) {
        udp.set(UdpSettings.TRAFFIC_CLASS, trafficClass);
        return this;
    }

    @Override
    public boolean isReuseAddress() {
        return udp.get(UdpSettings.REUSE_ADDRESS);
    }

    @Override
    public DatagramChannelConfig setReuseAddress(boolean reuseAddress) {
        udp.set(UdpSettings.REUSE_ADDRESS, reuseAddress);
        return this;
    }

    @Override
    public boolean isBroadcast() {
        return udp.get(UdpSettings.BROADCAST);
    }

    @Override
    public DatagramChannelConfig setBroadcast(boolean broadcast) {
        udp.set(UdpSettings.BROADCAST, broadcast);
        return this;
    }

    /** The TTL of multicast datagrams. */
    @Override
    public int getTimeToLive() {
        return udp.get(UdpSettings.MULTICAST_HOP_LIMIT);
    }

    @Override
    public DatagramChannelConfig setTimeToLive(int ttl) {
        udp.set(UdpSettings.MULTICAST_HOP_LIMIT, ttl);
        return this;
    }

    /** Always: what this host sends to a group does not come back to it. */
    @Override
    public boolean isLoopbackModeDisabled() {
        return true;
    }

    /** @throws UnsupportedOperationException if loopback is asked for */
    @Override
    public DatagramChannelConfig setLoopbackModeDisabled(boolean loopbackModeDisabled) {
        if (!loopbackModeDisabled) {
            throw new UnsupportedOperationException("multicast does not come back to its own host");
        }
        return this;
    }

    /** Null: a host of the stack has links, not the kernel's interfaces. */
    @Override
    @SuppressWarnings("NullAway") // null is Netty's way to say that there is none
    public InetAddress getInterface() {
        return null;
    }

    /** @throws UnsupportedOperationException always */
    @Override
    public DatagramChannelConfig setInterface(InetAddress interfaceAddress) {
        throw new UnsupportedOperationException("a host of the stack has links, not the kernel's interfaces");
    }

    /** Null: see {@link #getInterface}. */
    @Override
    @SuppressWarnings("NullAway") // null is Netty's way to say that there is none
    public NetworkInterface getNetworkInterface() {
        return null;
    }

    /** @throws UnsupportedOperationException always */
    @Override
    public DatagramChannelConfig setNetworkInterface(NetworkInterface networkInterface) {
        throw new UnsupportedOperationException("a host of the stack has links, not the kernel's interfaces");
    }
}
