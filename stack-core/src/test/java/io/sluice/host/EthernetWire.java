package io.sluice.host;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.sluice.ip.Interface;
import io.sluice.ip.NeighborLimits;
import io.sluice.ip.Neighbors;
import io.sluice.link.EmitResult;
import io.sluice.link.EthernetDevice;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketMeta;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.IpAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/** An Ethernet in virtual time: hosts that all hear every frame, and a record of the frames. */
public final class EthernetWire implements AutoCloseable {
    /** One host on the wire. */
    public static final class Station {
        public final Host host;
        public final Interface on;
        private final Device device;
        private final PacketMeta meta;
        private boolean deaf;
        /** Not pooled, since it knows how much of it is in use. */
        private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);

        private Station(EthernetWire wire, long mac, NeighborLimits limits) {
            device = new Device(wire, mac);
            host = new Host(HostConfig.builder(new SplittableRandom(mac))
                    .allocator(memory)
                    .neighborLimits(limits)
                    .build());
            on = host.addInterface(device);
            meta = new PacketMeta(device);
        }

        public long mac() {
            return device.mac;
        }

        /** Gives the host an address. */
        public Station with(String address, int prefixLength) {
            host.addAddress(on, IpAddress.parse(address), prefixLength);
            return this;
        }

        public Neighbors neighbors() {
            return Objects.requireNonNull(on.neighbors());
        }

        public void receive(byte[] frame, long nowNs) {
            ByteBuf b = memory.directBuffer(frame.length + 3);
            b.writeZero(3).skipBytes(3).writeBytes(frame);
            host.onPacket(b, meta, nowNs);
            b.release();
        }
    }

    private static final class Frame {
        final Device from;
        final byte[] octets;

        Frame(Device from, byte[] octets) {
            this.from = from;
            this.octets = octets;
        }
    }

    private static final class Device implements EthernetDevice {
        private final EthernetWire wire;
        private final long mac;

        Device(EthernetWire wire, long mac) {
            this.wire = wire;
            this.mac = mac;
        }

        @Override
        public String name() {
            return "eth" + (mac & 0xFF);
        }

        @Override
        public int mtu() {
            return 1500;
        }

        @Override
        public long macAddress() {
            return mac;
        }

        @Override
        public EmitResult emit(OutboundPacket packet, long nowNs) {
            ByteBuf copy = Unpooled.buffer();
            packet.copyTo(copy);
            byte[] octets = ByteBufUtil.getBytes(copy);
            wire.frames.add(new Frame(this, octets));
            wire.seen.add(octets);
            return EmitResult.SENT;
        }
    }

    private final List<Station> stations = new ArrayList<>();
    private final ArrayDeque<Frame> frames = new ArrayDeque<>();
    private final List<byte[]> seen = new ArrayList<>();
    public long nowNs;

    public Station station(long mac) {
        return station(mac, NeighborLimits.DEFAULT);
    }

    public Station station(long mac, NeighborLimits limits) {
        Station s = new Station(this, mac, limits);
        stations.add(s);
        return s;
    }

    /** Frames sent since the last call. */
    public List<byte[]> take() {
        List<byte[]> taken = new ArrayList<>(seen);
        seen.clear();
        return taken;
    }

    /** How many frames since the last {@link #take} have this EtherType. */
    public long count(int type) {
        return seen.stream()
                .filter(f -> {
                    EthernetHeader h = new EthernetHeader();
                    return h.wrap(ByteBuffer.wrap(f), 0, f.length) && h.type() == type;
                })
                .count();
    }

    /** Whether nothing reaches a station. */
    public void deaf(Station s, boolean deaf) {
        s.deaf = deaf;
    }

    /** Takes a station off the wire: nothing reaches it, nothing comes from it. */
    public void unplug(Station s) {
        stations.remove(s);
        s.host.close(nowNs);
    }

    /** Carries frames until none is on its way. */
    public void run() {
        boolean moved = true;
        while (moved) {
            for (Station s : stations) {
                boolean more = true;
                while (more) {
                    more = s.host.transmit(1 << 20, nowNs);
                }
            }
            moved = !frames.isEmpty();
            for (Frame f = frames.poll(); f != null; f = frames.poll()) {
                for (Station s : List.copyOf(stations)) {
                    if (s.device != f.from && !s.deaf) {
                        s.receive(f.octets, nowNs);
                    }
                }
            }
        }
    }

    /** Lets time pass up to {@code atNs}. */
    public void run(long atNs) {
        run();
        while (nowNs < atNs) {
            long next = atNs;
            for (Station s : stations) {
                next = Math.min(next, s.host.nextDeadlineNs());
            }
            nowNs = Math.max(nowNs, next);
            for (Station s : stations) {
                s.host.onTimer(nowNs);
            }
            run();
        }
    }

    /** Closes the hosts, and checks that no memory is left. */
    @Override
    public void close() {
        for (Station s : stations) {
            s.host.close(nowNs);
            if (s.memory.metric().usedDirectMemory() != 0 || s.host.wheel().size() != 0) {
                throw new AssertionError("a host leaks: " + s.host.counters());
            }
        }
    }
}
