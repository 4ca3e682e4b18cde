package io.sluice.examples;

import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.netty.SluiceNetwork;
import io.sluice.netty.SluiceServerSocketChannel;
import io.sluice.tun.TapLink;
import io.sluice.tun.TunDevice;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * The echo service on an Ethernet with the kernel: {@code ping 10.8.0.2}, {@code nc 10.8.0.2 7}, and {@code ip neigh} shows
 * its MAC address. Needs the right to make a TAP device.
 */
public final class EchoOnTap {
    private EchoOnTap() {}

    /** Makes the device, and serves until the process ends. */
    public static void main(String[] args) throws IOException {
        TunDevice tap = open();
        SluiceEventLoopGroup group = start(tap, new TapLink(tap.queues().get(0)));
        group.terminationFuture().awaitUninterruptibly();
        tap.close();
    }

    /** The device, and the kernel's addresses on it. */
    static TunDevice open() throws IOException {
        return TunDevice.builder()
                .ethernet()
                .address("10.8.0.1/24")
                .address("fd08::1/64")
                .open();
    }

    /** A host on the device, with the kernel as its gateway, that echoes on port 7. */
    static SluiceEventLoopGroup start(TunDevice tap, TapLink link) throws IOException {
        SluiceEventLoopGroup group = new SluiceEventLoopGroup(SluiceNetwork.builder()
                .link(link, "10.8.0.2/24", "fd08::2/64")
                .route("0.0.0.0/0", link, "10.8.0.1")
                .route("::/0", link, "fd08::1")
                .build());
        System.out.println("an echo service at 10.8.0.2 port 7, on " + tap.name());
        EchoServer.start(group, SluiceServerSocketChannel.class, new InetSocketAddress("::", 7));
        return group;
    }
}
