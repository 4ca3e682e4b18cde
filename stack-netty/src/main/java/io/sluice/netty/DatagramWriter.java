package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.ChannelOutboundBuffer;
import io.sluice.api.UdpSocket;
import io.sluice.buffer.Payload;
import io.sluice.event.SocketError;
import io.sluice.udp.SendOptions;
import java.net.SocketAddress;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/** Moves what a channel's pipeline wrote into its socket: one message, one datagram, which fails by itself. */
final class DatagramWriter {
    private final UdpSocket socket;

    DatagramWriter(UdpSocket socket) {
        this.socket = socket;
    }

    /** Sends what was flushed; false if the socket holds too much and something is left. */
    boolean write(ChannelOutboundBuffer in, long nowNs) {
        for (Object message = in.current(); message != null; message = in.current()) {
            SocketError error = message instanceof AddressedEnvelope<?, ?> envelope
                    ? send((ByteBuf) envelope.content(), (SocketAddress) envelope.recipient(), special(message), nowNs)
                    : send((ByteBuf) message, null, SendOptions.NONE, nowNs);
            if (error == SocketError.WOULD_BLOCK) {
                return false;
            }
            if (error == null) {
                in.remove();
            } else {
                in.remove(failure(error));
            }
        }
        return true;
    }

    private static SendOptions special(Object message) {
        return message instanceof OptionDatagramPacket packet ? SendOptions.of(packet.toSend()) : SendOptions.NONE;
    }

    /** The content, where nobody else has it, is sent from where it is; the message keeps a reference of its own. */
    private @Nullable SocketError send(ByteBuf content, @Nullable SocketAddress to, SendOptions special, long nowNs) {
        ByteBuf payload = Payload.isHeldOnce(content) ? content.retain().asReadOnly() : content.retain();
        SocketError error =
                to == null ? socket.send(payload, nowNs) : socket.send(payload, Addresses.endpoint(to), special, nowNs);
        if (error != null) {
            payload.release();
        }
        return error;
    }

    private static Exception failure(SocketError error) {
        return error == SocketError.DESTINATION_REQUIRED
                ? new NotYetConnectedException()
                : SocketFailures.ofDatagram(error);
    }
}
