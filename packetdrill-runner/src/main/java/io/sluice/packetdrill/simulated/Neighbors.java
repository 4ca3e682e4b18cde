package io.sluice.packetdrill.simulated;

import io.netty.buffer.ByteBuf;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The script's side of an Ethernet: packets of the script are put into frames, those of the host are taken out of theirs, whose
 * headers are looked at; what the host says to its neighbours, they answer.
 */
public final class Neighbors implements AutoCloseable {
    /** The MAC address of the host under test: locally administered (IEEE 802-2014 §8.4). */
    public static final long HOST_MAC = 0x0200_0000_0001L;

    /** How long a host on an Ethernet is there before the script begins: its addresses are its own by then (RFC 4862 §5.4). */
    public static final long SETTLING_NS = 5_000_000_000L;

    private final Stations stations;
    private final EthernetHeader header = new EthernetHeader();
    private final Queue<ByteBuf> answers = new ArrayDeque<>();
    private @Nullable String fault;

    Neighbors(Stations stations) {
        this.stations = stations;
    }

    /**
     * Those of a host.
     *
     * @param nextHop who gets its packets to an address: {@link HostUnderTest#nextHop}
     */
    public static Neighbors of(RunConfig config, UnaryOperator<IpAddress> nextHop) {
        IpPrefix subnet = new IpPrefix(config.local(), config.prefixLength());
        return new Neighbors(new Stations(HOST_MAC, subnet, nextHop));
    }

    /** The frame in which a packet reaches the host; takes the packet's reference. */
    public ByteBuf toHost(ByteBuf packet) {
        return stations.toHost(packet);
    }

    /** The IP packet of a whole frame of the host, whose reference it takes; null if it was for its neighbours. */
    public @Nullable ByteBuf fromHost(ByteBuf frame) {
        int length = frame.readableBytes();
        ByteBuffer b = frame.internalNioBuffer(frame.readerIndex(), length);
        int at = b.position();
        boolean wrapped = header.wrap(b, at, length);
        if (wrapped && header.type() != EthernetHeader.ARP) {
            check(b, header.payloadOffset(), header.payloadLength());
        }
        if (!stations.isOfLink(b, at, length)) {
            return frame.skipBytes(EthernetHeader.LENGTH);
        }
        ByteBuf answer = stations.answer(b, at, length);
        if (answer != null) {
            answers.add(answer);
        }
        frame.release();
        return null;
    }

    /** Looks at a frame's header, and at the IP header that lies at {@code at}. */
    void check(ByteBuffer frameHeader, ByteBuffer b, int at, int length) {
        header.wrap(frameHeader, 0, EthernetHeader.LENGTH);
        check(b, at, length);
    }

    private void check(ByteBuffer b, int at, int length) {
        fault = fault == null ? stations.fault(header, b, at, length) : fault;
    }

    /** The first thing that was wrong with a frame of the host; null if nothing. */
    public @Nullable String fault() {
        return fault;
    }

    /** The next answer of a neighbour, whose reference goes to the caller; null if there is none. */
    public @Nullable ByteBuf pollAnswer() {
        return answers.poll();
    }

    @Override
    public void close() {
        answers.forEach(ByteBuf::release);
        answers.clear();
    }
}
