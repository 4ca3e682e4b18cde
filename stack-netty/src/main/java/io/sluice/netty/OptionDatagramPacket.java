package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.DatagramPacket;
import io.sluice.udp.DatagramOptions;
import io.sluice.udp.ReceivedOptions;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A datagram with UDP options (RFC 9868): to be sent, or as it was received. Handlers that know only {@link DatagramPacket}
 * work with it; what they derive from it keeps the options.
 */
public final class OptionDatagramPacket extends DatagramPacket {
    private final DatagramOptions options;
    private final @Nullable ReceivedOptions received;

    /** A datagram to be sent to {@code recipient} with options of its own, instead of its channel's. */
    public OptionDatagramPacket(ByteBuf data, InetSocketAddress recipient, DatagramOptions options) {
        super(data, recipient);
        this.options = options;
        received = null;
    }

    OptionDatagramPacket(
            ByteBuf data, InetSocketAddress recipient, InetSocketAddress sender, ReceivedOptions received) {
        super(data, recipient, sender);
        this.options = received.options();
        this.received = received;
    }

    private OptionDatagramPacket(ByteBuf data, OptionDatagramPacket from) {
        super(data, from.recipient(), from.sender());
        options = from.options;
        received = from.received;
    }

    /** The options: those to be sent, or those that came and count. */
    public DatagramOptions options() {
        return options;
    }

    /** What became of the options that came; null if this was not received. */
    public @Nullable ReceivedOptions received() {
        return received;
    }

    /** The options to send if this is written: none if it was received, as the answer to somebody is not an echo. */
    DatagramOptions toSend() {
        return received == null ? options : DatagramOptions.NONE;
    }

    @Override
    public OptionDatagramPacket copy() {
        return replace(content().copy());
    }

    @Override
    public OptionDatagramPacket duplicate() {
        return replace(content().duplicate());
    }

    @Override
    public OptionDatagramPacket retainedDuplicate() {
        return replace(content().retainedDuplicate());
    }

    @Override
    public OptionDatagramPacket replace(ByteBuf content) {
        return new OptionDatagramPacket(content, this);
    }

    @Override
    public OptionDatagramPacket retain() {
        super.retain();
        return this;
    }

    @Override
    public OptionDatagramPacket retain(int increment) {
        super.retain(increment);
        return this;
    }

    @Override
    public OptionDatagramPacket touch() {
        super.touch();
        return this;
    }

    @Override
    public OptionDatagramPacket touch(Object hint) {
        super.touch(hint);
        return this;
    }
}
