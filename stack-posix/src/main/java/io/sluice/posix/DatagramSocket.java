package io.sluice.posix;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.api.Endpoint;
import io.sluice.api.UdpSocket;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import io.sluice.udp.Dplpmtud;
import io.sluice.udp.ReceivedOptions;
import io.sluice.udp.SendOptions;
import io.sluice.udp.UdpDatagram;
import io.sluice.wire.IpAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A SOCK_DGRAM socket. Its methods make one attempt of a call: they complete it, or leave it be if it would block. */
final class DatagramSocket extends Descriptor {
    private final PosixProfile profile;
    private final UdpSocket socket;
    private final UdpDatagram received = new UdpDatagram();
    private @Nullable DatagramMessage lastMessage;

    /** How options stand that go with every datagram. */
    final UdpOptionSettings settings = new UdpOptionSettings();

    final boolean ipv6;

    DatagramSocket(PosixProfile profile, UdpSocket socket, boolean ipv6) {
        this.profile = profile;
        this.socket = socket;
        this.ipv6 = ipv6;
        socket.attachment(this);
    }

    UdpSocket socket() {
        return socket;
    }

    /** The options of the datagram that was received last; null if it had none. */
    @Nullable ReceivedOptions lastOptions() {
        return received.options();
    }

    /** Starts or ends the search for the path MTU, as the options have it; one that is not connected starts when it is. */
    void searchPathMtu(long nowNs) {
        socket.stopPathMtuDiscovery();
        if (socket.remoteEndpoint() != null) {
            socket.options().pathMtuDiscovery.ifPresent(config -> socket.startPathMtuDiscovery(config, nowNs));
        }
    }

    /** How that search stands: its state, PLPMTU, PROBED_SIZE and PROBE_COUNT (RFC 8899 §5.1.3). */
    void pathMtuSearch(long[] out) {
        Dplpmtud search = socket.pathMtuDiscovery();
        Arrays.fill(out, 0);
        if (search != null) {
            out[0] = number(search.state());
            out[1] = search.plpmtu();
            out[2] = search.probedSize();
            out[3] = search.probeCount();
        }
    }

    private static int number(Dplpmtud.State state) {
        return switch (state) {
            case DISABLED -> 0;
            case BASE -> 1;
            case SEARCHING -> 2;
            case SEARCH_COMPLETE -> 3;
            case ERROR -> 4;
        };
    }

    /** The address of a socket that has none yet. */
    Endpoint unspecified() {
        return new Endpoint(ipv6 ? IpAddress.ANY6 : IpAddress.ANY4, 0);
    }

    Call outcome(@Nullable SocketError error, long result) {
        return error == null ? Call.returned(result) : Call.failed(profile.errno(error));
    }

    /** Sends one datagram; null for the peer. */
    void send(Call call, ByteBuffer data, @Nullable Endpoint to, SendOptions special, long nowNs) {
        int length = data.remaining();
        Endpoint remote = to == null ? socket.remoteEndpoint() : to;
        if (remote == null) {
            call.fail(Errno.EDESTADDRREQ);
            return;
        }
        ByteBuf payload = Unpooled.directBuffer(Math.max(1, length));
        payload.writeBytes(data.duplicate());
        SocketError error = socket.send(payload, remote, special, nowNs);
        if (error == null) {
            call.complete(length);
            return;
        }
        payload.release();
        if (error != SocketError.WOULD_BLOCK) {
            call.fail(profile.errno(error));
        }
    }

    /** Takes the pending error's number: SO_ERROR. */
    int takeErrorNumber() {
        SocketError error = socket.takeError();
        return error == null ? 0 : profile.number(profile.errno(error));
    }

    /** What was received last, beside its octets; null if nothing was. */
    @Nullable DatagramMessage lastMessage() {
        return lastMessage;
    }

    /** Takes the next datagram, as much of it as there is room for; what is more is lost. One that is only looked at stays. */
    void receive(Call call, List<ByteBuffer> into, boolean peek) {
        SocketError error = socket.takeError();
        if (error != null) {
            call.fail(profile.errno(error));
        } else if (peek ? socket.peek(received) : socket.receive(received)) {
            ByteBuf payload = received.takePayload();
            int taken = 0;
            boolean truncated = false;
            if (payload != null) {
                for (ByteBuffer piece : into) {
                    int length = Math.min(payload.readableBytes() - taken, piece.remaining());
                    piece.put(payload.nioBuffer(payload.readerIndex() + taken, length));
                    taken += length;
                }
                truncated = taken < payload.readableBytes();
                payload.release();
            }
            Endpoint from = new Endpoint(received.source(), received.sourcePort());
            lastMessage = new DatagramMessage(from, truncated, UdpOptionSettings.received(received.options()));
            call.complete(taken);
        }
    }

    @Override
    int pollEvents() {
        int readiness = socket.readiness();
        int events = (readiness & Readiness.READABLE) != 0 ? PollEvents.POLLIN | PollEvents.POLLRDNORM : 0;
        if ((readiness & Readiness.WRITABLE) != 0) {
            events |= PollEvents.POLLOUT | PollEvents.POLLWRNORM;
        }
        return (readiness & Readiness.ERROR) != 0 ? events | PollEvents.POLLERR : events;
    }

    @Override
    void close(long nowNs) {
        received.release();
        socket.close();
    }
}
