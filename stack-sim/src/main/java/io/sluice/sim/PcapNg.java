package io.sluice.sim;

import io.netty.buffer.ByteBuf;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes what happens on the wires to a pcapng file (draft-ietf-opsawg-pcapng), raw IP: as if tcpdump ran on every host, one
 * interface for each place where a host is attached, with directions. Packets that do not arrive are written
 * once more on the interface "dropped", with a comment that says why. Virtual time starts in 1970.
 */
public final class PcapNg implements Capture, AutoCloseable {
    private static final int SECTION_HEADER = 0x0A0D0D0A;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int ENHANCED_PACKET = 6;
    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    /** Not LINKTYPE_RAW, which libpcap reads only where there is one interface. */
    private static final int LINKTYPE_IPV4 = 228;

    private static final int LINKTYPE_IPV6 = 229;
    private static final int OPTION_COMMENT = 1;
    private static final int OPTION_PACKET_FLAGS = 2;
    private static final int OPTION_INTERFACE_NAME = 2;
    private static final int OPTION_RESOLUTION = 9;
    private static final int NANOSECONDS = 9;
    private static final int INBOUND = 1;
    private static final int OUTBOUND = 2;
    private static final String DROPPED = "dropped";

    private final OutputStream file;
    private final Map<String, Integer> interfaces = new LinkedHashMap<>();
    private final ByteBuffer block = ByteBuffer.allocate(66_000).order(ByteOrder.LITTLE_ENDIAN);

    /** Starts the file, replacing what was there. */
    public PcapNg(Path path) throws IOException {
        file = new BufferedOutputStream(Files.newOutputStream(path));
        begin(SECTION_HEADER).putInt(BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0);
        block.putLong(-1); // the length of the section is not known
        end();
    }

    @Override
    public void sent(Pipe pipe, ByteBuf bytes, long nowNs) {
        packet(pipe.from(), OUTBOUND, bytes, "", nowNs);
    }

    @Override
    public void delivered(Pipe pipe, ByteBuf bytes, long nowNs) {
        packet(pipe.to(), INBOUND, bytes, "", nowNs);
    }

    @Override
    public void dropped(Pipe pipe, ByteBuf bytes, Fate fate, long nowNs) {
        packet(DROPPED, 0, bytes, pipe + ": " + fate, nowNs);
    }

    /** A packet arrives at {@code where}, an interface of that name. */
    public void inbound(String where, ByteBuf bytes, long nowNs) {
        packet(where, INBOUND, bytes, "", nowNs);
    }

    /** A packet leaves {@code where}, an interface of that name. */
    public void outbound(String where, ByteBuf bytes, long nowNs) {
        packet(where, OUTBOUND, bytes, "", nowNs);
    }

    private void packet(String where, int direction, ByteBuf bytes, String comment, long nowNs) {
        int length = bytes.readableBytes();
        Integer known = interfaces.get(where);
        int id = known == null ? describe(where, bytes) : known;
        begin(ENHANCED_PACKET).putInt(id).putInt((int) (nowNs >>> 32)).putInt((int) nowNs);
        block.putInt(length).putInt(length);
        bytes.getBytes(bytes.readerIndex(), block.array(), block.position(), length);
        block.position(block.position() + length);
        pad();
        if (direction != 0) {
            block.putShort((short) OPTION_PACKET_FLAGS).putShort((short) 4).putInt(direction);
        }
        if (!comment.isEmpty()) {
            text(OPTION_COMMENT, comment);
        }
        block.putInt(0); // end of options
        end();
    }

    /** The first packet tells the IP version of an interface; later ones may be corrupted. */
    private int describe(String name, ByteBuf first) {
        int id = interfaces.size();
        interfaces.put(name, id);
        boolean ipv6 = first.isReadable() && first.getByte(first.readerIndex()) >>> 4 == 6;
        int type = ipv6 ? LINKTYPE_IPV6 : LINKTYPE_IPV4;
        begin(INTERFACE_DESCRIPTION).putShort((short) type).putShort((short) 0).putInt(0);
        text(OPTION_INTERFACE_NAME, name);
        block.putShort((short) OPTION_RESOLUTION).putShort((short) 1).put((byte) NANOSECONDS);
        pad();
        block.putInt(0);
        end();
        return id;
    }

    private void text(int option, String value) {
        byte[] octets = value.getBytes(StandardCharsets.UTF_8);
        block.putShort((short) option).putShort((short) octets.length).put(octets);
        pad();
    }

    private ByteBuffer begin(int type) {
        return block.clear().putInt(type).putInt(0);
    }

    private void pad() {
        while ((block.position() & 3) != 0) {
            block.put((byte) 0);
        }
    }

    private void end() {
        int length = block.position() + 4;
        block.putInt(length).putInt(4, length);
        try {
            file.write(block.array(), 0, length);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the capture", e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
