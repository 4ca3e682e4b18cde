package io.sluice.packetdrill.simulated;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.link.EmitResult;
import io.sluice.link.EthernetDevice;
import io.sluice.link.OutboundPacket;
import io.sluice.wire.EthernetHeader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * An Ethernet around the link that scripts see: packets of the script are put into frames, those of the host are taken out
 * of theirs, whose headers are looked at; what the host says to its neighbours, they answer, in no time.
 */
final class ScriptedEthernet implements ScriptedLink, EthernetDevice {
    /** Octets of the shortest frame on a wire, without its check sequence (IEEE 802.3 §4.4.2). */
    static final int SHORTEST_FRAME = 60;

    /** Of the host: locally administered (IEEE 802-2014 §8.4). */
    static final long HOST_MAC = 0x0200_0000_0001L;

    private final CapturingLink packets;
    private final Stations stations;
    private final EthernetHeader header = new EthernetHeader();
    private final Queue<ByteBuf> answers = new ArrayDeque<>();
    private @Nullable String fault;

    ScriptedEthernet(CapturingLink packets, Stations stations) {
        this.packets = packets;
        this.stations = stations;
    }

    @Override
    public String name() {
        return packets.name();
    }

    @Override
    public int mtu() {
        return packets.mtu();
    }

    @Override
    public long macAddress() {
        return HOST_MAC;
    }

    @Override
    public int maxSegmentationBytes(boolean ipv6) {
        return packets.maxSegmentationBytes(ipv6);
    }

    @Override
    public boolean checksumOffload() {
        return packets.checksumOffload();
    }

    @Override
    public void wholeSuperSegments(boolean on) {
        packets.wholeSuperSegments(on);
    }

    @Override
    public void hasRoom(boolean on) {
        packets.hasRoom(on);
    }

    @Override
    public EmitResult emit(OutboundPacket packet, long nowNs) {
        if (!packets.hasRoom()) {
            return EmitResult.BUSY;
        }
        if (packet.linkHeaderLength() == 0) { // a whole frame, in one piece
            ByteBuf frame = Unpooled.buffer(packet.totalLength());
            packet.copyTo(frame);
            onFrame(frame, nowNs);
            return EmitResult.SENT;
        }
        header.wrap(packet.linkHeader(), 0, EthernetHeader.LENGTH);
        if (packet.headerLength() > 0) {
            check(packet.header(), 0, packet.headerLength());
        } else {
            ByteBuffer b = packet.slice(0).internalNioBuffer(packet.sliceOffset(0), packet.sliceLength(0));
            check(b, b.position(), packet.sliceLength(0));
        }
        packet.linkHeaderLength(0);
        EmitResult result = packets.emit(packet, nowNs);
        packet.linkHeaderLength(EthernetHeader.LENGTH);
        return result;
    }

    private void onFrame(ByteBuf frame, long nowNs) {
        int length = frame.readableBytes();
        ByteBuffer b = frame.internalNioBuffer(0, length);
        int at = b.position();
        boolean wrapped = header.wrap(b, at, length);
        if (wrapped && header.type() != EthernetHeader.ARP) {
            check(b, header.payloadOffset(), header.payloadLength());
        }
        if (stations.isOfLink(b, at, length)) {
            ByteBuf answer = stations.answer(b, at, length);
            if (answer != null) {
                answers.add(answer);
            }
            frame.release();
        } else {
            packets.capture(frame.skipBytes(EthernetHeader.LENGTH), nowNs);
        }
    }

    private void check(ByteBuffer b, int at, int length) {
        fault = fault == null ? stations.fault(header, b, at, length) : fault;
    }

    /** The frame in which a packet reaches the host; takes the packet's reference. */
    ByteBuf toHost(ByteBuf packet) {
        return stations.toHost(packet);
    }

    /** The first thing that was wrong with a frame of the host; null if nothing. */
    @Nullable String fault() {
        return fault;
    }

    /** The next answer of a neighbour, whose reference goes to the caller; null if there is none. */
    @Nullable ByteBuf pollAnswer() {
        return answers.poll();
    }

    void close() {
        answers.forEach(ByteBuf::release);
        answers.clear();
    }
}
