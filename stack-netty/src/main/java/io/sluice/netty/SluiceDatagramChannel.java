package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramChannelConfig;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.util.UncheckedBooleanSupplier;
import io.netty.util.internal.StringUtil;
import io.sluice.api.Endpoint;
import io.sluice.api.UdpSocket;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import io.sluice.ip.Interface;
import io.sluice.udp.Dplpmtud;
import io.sluice.udp.DplpmtudConfig;
import io.sluice.udp.ReceivedOptions;
import io.sluice.udp.UdpDatagram;
import io.sluice.wire.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket of the stack as a Netty channel: reads and writes {@link DatagramPacket}s, and buffers where it is
 * connected. Needs an event loop with a host: {@link SluiceEventLoopGroup}, or any with a {@link SluiceIoHandler}.
 *
 * <p>With {@link SluiceChannelOption#UDP_OPTIONS}, datagrams that came with UDP options (RFC 9868) are {@link
 * OptionDatagramPacket}s; options are sent with packets of that type, or with all ({@link
 * SluiceChannelOption#UDP_DATAGRAM_OPTIONS}).
 *
 * <p>The recipient of a received packet is the address it was sent to, also where the socket is bound to any. The whole
 * datagram is received, whatever the receive buffer allocator guesses. Multicast groups are joined on a link of the
 * host: that of a {@link NetworkInterface} with its name, else the first.
 */
public final class SluiceDatagramChannel extends SluiceChannel implements DatagramChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(true, 16);

    private final boolean ipv6;
    private final DatagramChannelOptions config;
    private final UdpDatagram received = new UdpDatagram();
    private @Nullable UdpSocket socket;
    private @Nullable DatagramWriter writer;
    private volatile boolean bound;
    private volatile boolean connected;

    /** A channel of both families. */
    public SluiceDatagramChannel() {
        this(SocketProtocolFamily.INET6);
    }

    /** @param family {@code INET}, or {@code INET6} for both */
    public SluiceDatagramChannel(SocketProtocolFamily family) {
        super(null);
        if (family != SocketProtocolFamily.INET && family != SocketProtocolFamily.INET6) {
            throw new UnsupportedOperationException("no family of IP: " + family);
        }
        ipv6 = family == SocketProtocolFamily.INET6;
        config = new DatagramChannelOptions(this);
    }

    @Override
    void onAttached(HostDriver host) {
        UdpSocket made = host.sockets().udp(ipv6);
        made.attachment(this);
        config.udp().attach(made.options());
        socket = made;
        writer = new DatagramWriter(made);
    }

    private UdpSocket socket() {
        return registered(socket);
    }

    @Override
    public DatagramChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isActive() {
        return bound && isOpen();
    }

    @Override
    public boolean isConnected() {
        return connected && isOpen();
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new DatagramUnsafe();
    }

    @Override
    void onReady() {
        UdpSocket s = socket;
        if (s == null || !isOpen() || !isRegistered()) {
            return;
        }
        DatagramUnsafe unsafe = (DatagramUnsafe) unsafe();
        if (flushPending && (s.readiness() & Readiness.WRITABLE) != 0) {
            unsafe.flushAgain();
        }
        if (isReadWanted() && hasInput()) {
            unsafe.read();
        }
    }

    @Override
    boolean hasInput() {
        UdpSocket s = socket;
        return s != null && bound && isOpen() && (s.readiness() & (Readiness.READABLE | Readiness.ERROR)) != 0;
    }

    @Override
    protected void doBind(SocketAddress localAddress) throws Exception {
        Endpoint e = Addresses.local(localAddress);
        boolean any4 = !ipv6 && e.address().isUnspecified();
        SocketError error = socket().bind(any4 ? new Endpoint(IpAddress.ANY4, e.port()) : e);
        if (error != null) {
            throw SocketFailures.ofBind(error);
        }
        local(Addresses.toJava(socket().localEndpoint()));
        bound = true;
    }

    @Override
    protected void doDisconnect() {
        socket().disconnect();
        connected = false;
        remote(null);
        local(Addresses.toJava(socket().localEndpoint()));
    }

    @Override
    protected void doClose() {
        bound = false;
        connected = false;
        markClosed();
        HostDriver host = driverIfAny();
        if (host != null) {
            host.run(() -> {
                socket().close();
                received.release();
            });
        }
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof ByteBuf) {
            return message;
        }
        if (message instanceof AddressedEnvelope<?, ?> e
                && e.content() instanceof ByteBuf
                && (e.recipient() == null || e.recipient() instanceof InetSocketAddress)) {
            if (e.recipient() instanceof InetSocketAddress to && to.isUnresolved()) {
                throw new UnresolvedAddressException();
            }
            return message;
        }
        throw new UnsupportedOperationException("unsupported message type: " + StringUtil.simpleClassName(message)
                + " (expected: DatagramPacket, AddressedEnvelope<ByteBuf, InetSocketAddress>, ByteBuf)");
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) {
        DatagramWriter w = writer;
        if (w != null) {
            flushPending = !w.write(in, driver().now());
        }
    }

    /**
     * Finds out how large packets to the peer of this connected channel may be ({@link UdpSocket#startPathMtuDiscovery}).
     * The future fails where the channel is not connected.
     */
    public ChannelFuture startPathMtuDiscovery(DplpmtudConfig search) {
        ChannelPromise promise = newPromise();
        Runnable start = () -> {
            SocketError error = socket().startPathMtuDiscovery(search, driver().now());
            if (error == null) {
                promise.setSuccess();
            } else {
                promise.setFailure(new NotYetConnectedException());
            }
        };
        driver().run(start, promise);
        return promise;
    }

    /** How that search stands; null without one. On the event loop only. */
    public @Nullable Dplpmtud pathMtuDiscovery() {
        return socket().pathMtuDiscovery();
    }

    /** Octets of user data that one packet to the peer carries; 0 if not connected. On the event loop only. */
    public int maxPayload() {
        return socket().maxPayload(driver().now());
    }

    @Override
    public ChannelFuture joinGroup(InetAddress group) {
        return joinGroup(group, newPromise());
    }

    @Override
    public ChannelFuture joinGroup(InetAddress group, ChannelPromise promise) {
        return changeMembership(UdpSocket::join, group, null, promise);
    }

    @Override
    public ChannelFuture joinGroup(InetSocketAddress group, NetworkInterface on) {
        return joinGroup(group, on, newPromise());
    }

    @Override
    public ChannelFuture joinGroup(InetSocketAddress group, NetworkInterface on, ChannelPromise promise) {
        return changeMembership(UdpSocket::join, group.getAddress(), on, promise);
    }

    /** As Netty has it; without an interface the host's first, as the kernel's devices are not those of the host. */
    @Override
    public ChannelFuture joinGroup(InetAddress group, @Nullable NetworkInterface on, @Nullable InetAddress source) {
        return joinGroup(group, on, source, newPromise());
    }

    @Override
    public ChannelFuture joinGroup(
            InetAddress group, @Nullable NetworkInterface on, @Nullable InetAddress source, ChannelPromise promise) {
        return changeMembership(
                (s, i, g) -> source == null ? s.join(i, g) : s.join(i, g, IpAddress.of(source)), group, on, promise);
    }

    @Override
    public ChannelFuture leaveGroup(InetAddress group) {
        return leaveGroup(group, newPromise());
    }

    @Override
    public ChannelFuture leaveGroup(InetAddress group, ChannelPromise promise) {
        return changeMembership(UdpSocket::leave, group, null, promise);
    }

    @Override
    public ChannelFuture leaveGroup(InetSocketAddress group, NetworkInterface on) {
        return leaveGroup(group, on, newPromise());
    }

    @Override
    public ChannelFuture leaveGroup(InetSocketAddress group, NetworkInterface on, ChannelPromise promise) {
        return changeMembership(UdpSocket::leave, group.getAddress(), on, promise);
    }

    @Override
    public ChannelFuture leaveGroup(InetAddress group, @Nullable NetworkInterface on, @Nullable InetAddress source) {
        return leaveGroup(group, on, source, newPromise());
    }

    @Override
    public ChannelFuture leaveGroup(
            InetAddress group, @Nullable NetworkInterface on, @Nullable InetAddress source, ChannelPromise promise) {
        return changeMembership(
                (s, i, g) -> source == null ? s.leave(i, g) : s.leave(i, g, IpAddress.of(source)), group, on, promise);
    }

    @Override
    public ChannelFuture block(InetAddress group, @Nullable NetworkInterface on, InetAddress source) {
        return block(group, on, source, newPromise());
    }

    @Override
    public ChannelFuture block(
            InetAddress group, @Nullable NetworkInterface on, InetAddress source, ChannelPromise promise) {
        return blockOn(group, on, source, promise);
    }

    @Override
    public ChannelFuture block(InetAddress group, InetAddress source) {
        return block(group, source, newPromise());
    }

    @Override
    public ChannelFuture block(InetAddress group, InetAddress source, ChannelPromise promise) {
        return blockOn(group, null, source, promise);
    }

    private ChannelFuture blockOn(
            InetAddress group, @Nullable NetworkInterface on, InetAddress source, ChannelPromise promise) {
        return changeMembership((s, i, g) -> s.block(i, g, IpAddress.of(source)), group, on, promise);
    }

    /** What is done about a group. */
    private interface MembershipChange {
        @Nullable SocketError of(UdpSocket socket, Interface on, IpAddress group);
    }

    private ChannelFuture changeMembership(
            MembershipChange what, InetAddress group, @Nullable NetworkInterface named, ChannelPromise promise) {
        Runnable change = () -> {
            Interface on = interfaceNamed(named);
            IpAddress address = IpAddress.of(group);
            if (on == null || !address.isMulticast()) {
                promise.setFailure(new SocketException(on == null ? "No such device" : "Invalid argument"));
                return;
            }
            SocketError error = what.of(socket(), on, address);
            if (error == null) {
                promise.setSuccess();
            } else {
                promise.setFailure(SocketFailures.ofTransfer(error));
            }
        };
        driver().run(change, promise);
        return promise;
    }

    private @Nullable Interface interfaceNamed(@Nullable NetworkInterface named) {
        for (Interface i : driver().host().interfaces().all()) {
            if (named == null || i.link().name().equals(named.getName())) {
                return i;
            }
        }
        return null;
    }

    /** What the pipeline's head calls. */
    private final class DatagramUnsafe extends StackUnsafe {
        @Override
        public void connect(SocketAddress remote, @Nullable SocketAddress localAddress, ChannelPromise promise) {
            if (!promise.setUncancellable() || !ensureOpen(promise)) {
                return;
            }
            boolean wasActive = isActive();
            Exception failure = connectNow(remote, localAddress);
            if (failure != null) {
                promise.setFailure(annotateConnectException(failure, remote));
                return;
            }
            connected = true;
            bound = true;
            remote((InetSocketAddress) remote);
            local(Addresses.toJava(socket().localEndpoint()));
            promise.setSuccess();
            if (!wasActive && isActive()) {
                pipeline().fireChannelActive();
            }
        }

        /** Null if the socket is connected now, or why not. */
        private @Nullable Exception connectNow(SocketAddress remote, @Nullable SocketAddress localAddress) {
            if (connected) {
                return new AlreadyConnectedException();
            }
            try {
                Endpoint peer = Addresses.endpoint(remote);
                SocketError error = localAddress == null ? null : socket().bind(Addresses.local(localAddress));
                if (error != null) {
                    return SocketFailures.ofBind(error);
                }
                error = socket().connect(peer, driver().now());
                return error == null ? null : SocketFailures.ofConnect(error);
            } catch (UnresolvedAddressException | UnsupportedAddressTypeException e) {
                return e;
            }
        }

        /** Passes datagrams on, at most as many as MAX_MESSAGES_PER_READ; asks to be called again for more. */
        private void read() {
            UdpSocket s = socket();
            ChannelPipeline pipeline = pipeline();
            RecvByteBufAllocator.ExtendedHandle handle = (RecvByteBufAllocator.ExtendedHandle) recvBufAllocHandle();
            handle.reset(config);
            SocketError error = s.takeError();
            do {
                DatagramPacket packet = s.receive(received) ? takeReceived() : null;
                if (packet == null) {
                    break;
                }
                // An empty datagram is progress, too.
                handle.lastBytesRead(Math.max(1, packet.content().readableBytes()));
                handle.incMessagesRead(1);
                readPending = false;
                pipeline.fireChannelRead(packet);
            } while (isOpen() && handle.continueReading(UncheckedBooleanSupplier.TRUE_SUPPLIER));
            handle.readComplete();
            pipeline.fireChannelReadComplete();
            if (error != null) {
                pipeline.fireExceptionCaught(SocketFailures.ofDatagram(error));
            }
            if (isReadWanted() && hasInput()) {
                driver().schedule(SluiceDatagramChannel.this);
            }
        }

        private @Nullable DatagramPacket takeReceived() {
            ByteBuf payload = received.takePayload();
            Endpoint bound = socket().localEndpoint();
            if (payload == null || bound == null) {
                return null;
            }
            InetSocketAddress to = new InetSocketAddress(received.destination().toInetAddress(), bound.port());
            InetSocketAddress from = new InetSocketAddress(received.source().toInetAddress(), received.sourcePort());
            ReceivedOptions options = received.options();
            return options == null
                    ? new DatagramPacket(payload, to, from)
                    : new OptionDatagramPacket(payload, to, from, options);
        }
    }
}
