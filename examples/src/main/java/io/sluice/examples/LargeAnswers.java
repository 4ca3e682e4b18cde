package io.sluice.examples;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.sluice.netty.OptionDatagramPacket;
import io.sluice.netty.SluiceChannelOption;
import io.sluice.netty.SluiceDatagramChannel;
import io.sluice.udp.DatagramOptions;
import io.sluice.udp.DatagramOptions.Fragments;
import io.sluice.udp.UdpSocketOptions.OptionReception;
import io.sluice.wire.UdpOptionKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Questions and answers over UDP where an answer may be larger than a packet, with UDP options (RFC 9868): the client says
 * what it can put together (MRDS) and marks its question (REQ); the answer comes in UDP fragments, which pass NATs as IP's
 * do not, with a checksum over all of it (APC) and the mark (RES).
 */
public final class LargeAnswers {
    private static final DatagramOptions QUESTION =
            DatagramOptions.builder().maxReassembled().request(0x51).build();

    private LargeAnswers() {}

    /**
     * Starts to answer.
     *
     * @param answers from the octets of a question to those of its answer; called on the event loop
     * @throws IOException if it cannot bind to {@code local}
     */
    public static Channel serve(EventLoopGroup group, SocketAddress local, UnaryOperator<ByteBuf> answers)
            throws IOException {
        var bound = new Bootstrap()
                .group(group)
                .channel(SluiceDatagramChannel.class)
                .option(SluiceChannelOption.UDP_OPTIONS, OptionReception.PROCESS)
                // Who cannot put fragments together, or does not say so, gets no answer.
                .option(SluiceChannelOption.UDP_REQUIRED_OPTIONS, Set.of(UdpOptionKind.MRDS, UdpOptionKind.REQ))
                .handler(new Server(answers))
                .bind(local)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot bind to " + local, bound.cause());
        }
        return bound.channel();
    }

    /** A channel that asks; whole answers, and nothing else, come to {@code answers}. */
    public static Channel client(EventLoopGroup group, SimpleChannelInboundHandler<OptionDatagramPacket> answers)
            throws IOException {
        var bound = new Bootstrap()
                .group(group)
                .channel(SluiceDatagramChannel.class)
                .option(SluiceChannelOption.UDP_OPTIONS, OptionReception.PROCESS)
                .option(SluiceChannelOption.UDP_REQUIRED_OPTIONS, Set.of(UdpOptionKind.APC, UdpOptionKind.RES))
                .handler(answers)
                .bind(0)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot bind", bound.cause());
        }
        return bound.channel();
    }

    /** A question, to be written to a {@link #client}. */
    public static OptionDatagramPacket question(ByteBuf question, InetSocketAddress server) {
        return new OptionDatagramPacket(question, server, QUESTION);
    }

    private static final class Server extends SimpleChannelInboundHandler<OptionDatagramPacket> {
        private final UnaryOperator<ByteBuf> answers;

        Server(UnaryOperator<ByteBuf> answers) {
            this.answers = answers;
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // an answer that cannot be sent is lost, as datagrams are
        protected void channelRead0(ChannelHandlerContext ctx, OptionDatagramPacket question) {
            var received = question.received();
            if (received == null) {
                return;
            }
            DatagramOptions options = DatagramOptions.builder()
                    .payloadChecksum()
                    .respondTo(received)
                    .fragments(Fragments.WHERE_NEEDED)
                    .peerReassembles(question.options())
                    .build();
            ByteBuf answer = answers.apply(question.content());
            ctx.writeAndFlush(new OptionDatagramPacket(answer, question.sender(), options));
        }
    }
}
