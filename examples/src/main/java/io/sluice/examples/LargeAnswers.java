package io.sluice.examples;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.sluice.netty.OptionDatagramPacket;
import io.sluice.netty.PipeLink;
import io.sluice.netty.SluiceChannelOption;
import io.sluice.netty.SluiceDatagramChannel;
import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.netty.SluiceNetwork;
import io.sluice.udp.DatagramOptions;
import io.sluice.udp.DatagramOptions.Fragments;
import io.sluice.udp.UdpSocketOptions.OptionReception;
import io.sluice.wire.UdpOptionKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Questions and answers over UDP where an answer may be larger than a packet, with UDP options (RFC 9868): the client says
 * what it can put together (MRDS) and marks its question (REQ); the answer comes in UDP fragments, which pass NATs as IP's
 * do not, with a checksum over all of it (APC) and the mark (RES). Run, it asks for answers of several sizes over a pipe, in both
 * families.
 */
public final class LargeAnswers {
    private static final int PORT = 5353;
    private static final DatagramOptions QUESTION =
            DatagramOptions.builder().maxReassembled().request(0x51).build();

    private LargeAnswers() {}

    /** Asks over IPv4 and over IPv6; each question is the size of the answer that is wanted. */
    public static void main(String[] args) throws Exception {
        PipeLink pipe = PipeLink.create(1500);
        BlockingQueue<Integer> answers = new LinkedBlockingQueue<>();
        try (SluiceEventLoopGroup here = group(pipe, "10.9.0.1/24", "fd09::1/64");
                SluiceEventLoopGroup there = group(pipe.otherEnd(), "10.9.0.2/24", "fd09::2/64")) {
            serve(there, new InetSocketAddress("::", PORT), question -> Unpooled.buffer()
                    .writeZero(Integer.parseInt(question.toString(StandardCharsets.US_ASCII))));
            Channel client = client(here, new SimpleChannelInboundHandler<>() {
                @Override
                protected void channelRead0(ChannelHandlerContext ctx, OptionDatagramPacket answer) {
                    answers.add(answer.content().readableBytes());
                }
            });
            for (String server : new String[] {"10.9.0.2", "fd09::2"}) {
                for (String size : new String[] {"100", "5000", "50000"}) {
                    ByteBuf text = Unpooled.copiedBuffer(size, StandardCharsets.US_ASCII);
                    client.writeAndFlush(question(text, new InetSocketAddress(server, PORT)))
                            .sync();
                    System.out.printf(
                            "%s: %s octets asked for, %s came%n", server, size, answers.poll(5, TimeUnit.SECONDS));
                }
            }
        }
    }

    private static SluiceEventLoopGroup group(PipeLink link, String... addresses) {
        return new SluiceEventLoopGroup(
                SluiceNetwork.builder().link(link, addresses).build());
    }

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
