package io.sluice.tcp;

import io.netty.buffer.ByteBuf;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A packet with TCP-AO (or TCP MD5) as tests look at it: what RFC 5925 §5 and RFC 5926 §3 say of it, by the platform's HMAC and nothing else. */
final class AoPacket {
    private static final int AO = 29;
    private static final int MD5 = 19;

    final byte[] octets;
    final boolean v6;
    final int tcp;
    final int headerLength;

    /** The index of the option, TCP-AO's or that of TCP MD5; or -1. */
    final int option;

    private final ByteBuffer b;

    AoPacket(byte[] octets) {
        this.octets = octets;
        b = ByteBuffer.wrap(octets);
        v6 = octets[0] >>> 4 == 6;
        tcp = v6 ? 40 : 20;
        headerLength = (octets[tcp + 12] >>> 4 & 0xF) * 4;
        int at = tcp + TcpHeader.MIN_LENGTH;
        while (at < tcp + headerLength && octets[at] != AO && octets[at] != MD5) {
            at += octets[at] == 1 ? 1 : octets[at + 1];
        }
        option = at < tcp + headerLength ? at : -1;
    }

    AoPacket(ByteBuf packet) {
        this(octets(packet));
    }

    static boolean isTcp(ByteBuf packet) {
        return packet.getByte(packet.readerIndex() + (packet.getByte(packet.readerIndex()) >>> 4 == 6 ? 6 : 9))
                == IpProtocol.TCP;
    }

    static byte[] octets(ByteBuf packet) {
        byte[] octets = new byte[packet.readableBytes()];
        packet.getBytes(packet.readerIndex(), octets);
        return octets;
    }

    boolean has(int flag) {
        return (octets[tcp + 13] & flag) != 0;
    }

    int seq() {
        return b.getInt(tcp + 4);
    }

    int sourcePort() {
        return b.getShort(tcp) & 0xFFFF;
    }

    int payloadLength() {
        return octets.length - tcp - headerLength;
    }

    int keyId() {
        return octets[option + 2] & 0xFF;
    }

    int rNextKeyId() {
        return octets[option + 3] & 0xFF;
    }

    byte[] code() {
        return Arrays.copyOfRange(octets, option + 4, option + (octets[option + 1] & 0xFF));
    }

    /** The 96 bits of HMAC-SHA-1-96 that the segment has to carry. */
    byte[] expected(byte[] master, int sourceIsn, int destinationIsn, int sne) {
        int address = v6 ? 16 : 4;
        int addresses = v6 ? 8 : 12;
        byte[] covered = octets.clone();
        Arrays.fill(covered, tcp + 16, tcp + 18, (byte) 0);
        Arrays.fill(covered, option + 4, option + (octets[option + 1] & 0xFF), (byte) 0);
        try {
            Mac hmac = Mac.getInstance("HmacSHA1");
            hmac.init(new SecretKeySpec(master, "HmacSHA1"));
            ByteBuffer kdf = ByteBuffer.allocate(7 + 2 * address + 12 + 2);
            kdf.put(new byte[] {1, 'T', 'C', 'P', '-', 'A', 'O'}).put(octets, addresses, 2 * address);
            kdf.put(octets, tcp, 4).putInt(sourceIsn).putInt(destinationIsn).putShort((short) 160);
            hmac.init(new SecretKeySpec(hmac.doFinal(kdf.array()), "HmacSHA1"));
            ByteBuffer fixed = ByteBuffer.allocate(4 + 2 * address + (v6 ? 8 : 4));
            fixed.putInt(sne).put(octets, addresses, 2 * address);
            int length = octets.length - tcp;
            if (v6) {
                fixed.putInt(length).putInt(IpProtocol.TCP);
            } else {
                fixed.putShort((short) IpProtocol.TCP).putShort((short) length);
            }
            hmac.update(fixed.array());
            hmac.update(covered, tcp, length);
            return Arrays.copyOf(hmac.doFinal(), 12);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The packet with another bit, and a checksum that is right. */
    byte[] withBitFlipped(int index, int bit) {
        byte[] changed = octets.clone();
        changed[index] ^= (byte) (1 << bit);
        return withChecksum(changed);
    }

    /** The packet without its signature: NOPs in its place. */
    byte[] stripped() {
        byte[] changed = octets.clone();
        Arrays.fill(changed, option, option + (octets[option + 1] & 0xFF), (byte) 1);
        return withChecksum(changed);
    }

    /** The packet with a checksum that is right. */
    AoPacket withRightChecksum() {
        return new AoPacket(withChecksum(octets.clone()));
    }

    /** All checksums of a packet of this IP version made right, as far as its length leaves any. */
    private byte[] withChecksum(byte[] packet) {
        ByteBuffer p = ByteBuffer.wrap(packet);
        if (!v6) {
            p.putShort(10, (short) 0).putShort(10, Checksum.finish(Checksum.sum(p, 0, tcp, 0)));
        }
        int length = Math.min(packet.length, v6 ? tcp + (p.getShort(4) & 0xFFFF) : p.getShort(2) & 0xFFFF) - tcp;
        if (length < TcpHeader.MIN_LENGTH) {
            return packet;
        }
        p.putShort(tcp + 16, (short) 0);
        long pseudo = Checksum.sum(p, v6 ? 8 : 12, v6 ? 32 : 8, IpProtocol.TCP + (long) length);
        p.putShort(tcp + 16, Checksum.finish(Checksum.sum(p, tcp, length, pseudo)));
        return packet;
    }
}
