package io.sluice.tun.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes one netlink request: header, fixed part, attributes (RFC 3549 §2.2, {@code
 * <linux/netlink.h>}). Lengths are filled in by {@link #finish}.
 */
final class NetlinkMessage {
    static final int NLM_F_REQUEST = 0x001;
    static final int NLM_F_ACK = 0x004;
    static final int NLM_F_EXCL = 0x200;
    static final int NLM_F_CREATE = 0x400;

    static final int HEADER_LENGTH = 16;
    static final int ATTRIBUTE_HEADER_LENGTH = 4;

    private static final int CAPACITY = 1024;
    private static final int SEQUENCE = 8;

    private final ByteBuffer buffer = ByteBuffer.allocate(CAPACITY).order(ByteOrder.nativeOrder());

    NetlinkMessage(int type, int flags) {
        buffer.putInt(0) // length, at the end
                .putShort((short) type)
                .putShort((short) (flags | NLM_F_REQUEST | NLM_F_ACK))
                .putInt(0) // sequence number, at the end
                .putInt(0); // port: the kernel fills it in
    }

    /** {@code struct ifinfomsg}. */
    NetlinkMessage linkHeader(int index, int flags, int change) {
        buffer.put((byte) 0)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(index)
                .putInt(flags)
                .putInt(change);
        return this;
    }

    /** {@code struct ifaddrmsg}. */
    NetlinkMessage addressHeader(int family, int prefixLength, int flags, int index) {
        buffer.put((byte) family)
                .put((byte) prefixLength)
                .put((byte) flags)
                .put((byte) 0)
                .putInt(index);
        return this;
    }

    /** {@code struct rtmsg}, for a unicast route of the main table. */
    NetlinkMessage routeHeader(int family, int prefixLength, int scope) {
        final int mainTable = 254;
        final int protocolStatic = 4;
        final int typeUnicast = 1;
        buffer.put((byte) family).put((byte) prefixLength).put((byte) 0).put((byte) 0);
        buffer.put((byte) mainTable)
                .put((byte) protocolStatic)
                .put((byte) scope)
                .put((byte) typeUnicast);
        buffer.putInt(0);
        return this;
    }

    NetlinkMessage attribute(int type, byte[] value) {
        int start = begin(type);
        buffer.put(value);
        return end(start);
    }

    NetlinkMessage attribute(int type, int value) {
        int start = begin(type);
        buffer.putInt(value);
        return end(start);
    }

    NetlinkMessage attribute(int type, byte value) {
        int start = begin(type);
        buffer.put(value);
        return end(start);
    }

    NetlinkMessage attribute(int type, String value) {
        int start = begin(type);
        buffer.put(value.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
        return end(start);
    }

    /** Opens an attribute that holds attributes; {@link #end} closes it. */
    int begin(int type) {
        int start = buffer.position();
        buffer.putShort((short) 0).putShort((short) type);
        return start;
    }

    NetlinkMessage end(int start) {
        buffer.putShort(start, (short) (buffer.position() - start));
        while (buffer.position() % ATTRIBUTE_HEADER_LENGTH != 0) {
            buffer.put((byte) 0);
        }
        return this;
    }

    /** Fills in what is only known now; the message is {@link #octets} up to {@link #length}. */
    void finish(int sequenceNumber) {
        buffer.putInt(0, buffer.position());
        buffer.putInt(SEQUENCE, sequenceNumber);
    }

    byte[] octets() {
        return buffer.array();
    }

    int length() {
        return buffer.position();
    }
}
