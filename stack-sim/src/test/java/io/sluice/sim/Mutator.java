package io.sluice.sim;

import io.netty.buffer.ByteBuf;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpProtocol;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * Damages packets of real traffic in every way that a hostile network can: cuts them, changes single bits, whole fields of
 * headers and options, or everything; mostly with checksums that are right again, so that the damage gets as far as
 * it can.
 */
final class Mutator implements PacketFilter {
    private static final int IPV4 = 4;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int TCP_CHECKSUM = 16;
    private static final int TCP_FLAGS = 13;
    private static final int TCP_OPTIONS = 20;

    private final SplittableRandom random;
    private final double share;
    private long seen;
    private long mutated;

    /** @param share which part of the packets is damaged */
    Mutator(SplittableRandom random, double share) {
        this.random = random;
        this.share = share;
    }

    /** Packets damaged or not. */
    long seen() {
        return seen;
    }

    /** Packets damaged. */
    long mutated() {
        return mutated;
    }

    @Override
    public boolean passes(ByteBuf packet, long nowNs) {
        seen++;
        if (random.nextDouble() >= share) {
            return true;
        }
        mutated++;
        boolean ipv4 = packet.getByte(0) >>> 4 == IPV4;
        int transport = ipv4 ? IPV4_HEADER : IPV6_HEADER;
        int length = packet.readableBytes();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            mutate(packet, transport, length);
        }
        if (random.nextInt(8) != 0) {
            repairLengths(packet, ipv4);
            repairChecksums(packet, ipv4, transport);
        }
        if (random.nextInt(8) == 0) {
            packet.writerIndex(random.nextInt(packet.readableBytes() + 1)); // the link gives less than there was
        }
        return true;
    }

    private void mutate(ByteBuf packet, int transport, int length) {
        switch (random.nextInt(7)) {
            case 0 -> set(packet, random.nextInt(transport), length);
            case 1, 2 -> set(packet, transport + random.nextInt(TCP_OPTIONS), length);
            case 3 -> set(packet, transport + TCP_FLAGS, length);
            case 4 -> {
                int at = transport + TCP_OPTIONS + random.nextInt(20);
                for (int i = random.nextInt(12); i >= 0; i--) {
                    set(packet, at + i, length);
                }
            }
            case 5 -> packet.writerIndex(Math.min(packet.writerIndex(), transport + random.nextInt(60)));
            default -> {
                int from = random.nextInt(length);
                for (int i = from; i < length && random.nextInt(40) != 0; i++) {
                    set(packet, i, length);
                }
            }
        }
    }

    private void set(ByteBuf packet, int at, int length) {
        if (at < length) {
            packet.setByte(at, random.nextInt(3) == 0 ? packet.getByte(at) ^ 1 << random.nextInt(8) : random.nextInt());
        }
    }

    private static void repairLengths(ByteBuf packet, boolean ipv4) {
        int length = packet.readableBytes();
        if (length < (ipv4 ? IPV4_HEADER : IPV6_HEADER)) {
            return;
        }
        if (ipv4) {
            packet.setShort(2, length);
        } else {
            packet.setShort(4, length - IPV6_HEADER);
        }
    }

    private static void repairChecksums(ByteBuf packet, boolean ipv4, int transport) {
        int length = packet.readableBytes();
        ByteBuffer b = packet.nioBuffer(0, length);
        if (ipv4 && length >= IPV4_HEADER) {
            b.putShort(10, (short) 0);
            b.putShort(10, Checksum.finish(Checksum.sum(b, 0, IPV4_HEADER, 0)));
        }
        int tcp = length - transport;
        if (tcp < TCP_CHECKSUM + 2) {
            return;
        }
        long pseudo = ipv4
                ? Checksum.pseudoHeader4(b.getInt(12), b.getInt(16), IpProtocol.TCP, tcp)
                : Checksum.pseudoHeader6(
                        b.getLong(8), b.getLong(16), b.getLong(24), b.getLong(32), IpProtocol.TCP, tcp);
        b.putShort(transport + TCP_CHECKSUM, (short) 0);
        b.putShort(transport + TCP_CHECKSUM, Checksum.finish(Checksum.sum(b, transport, tcp, pseudo)));
    }
}
