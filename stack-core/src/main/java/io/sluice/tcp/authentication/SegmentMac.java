package io.sluice.tcp.authentication;

import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;

/**
 * Feeds a segment to a code: SNE, pseudo-header, header with the checksum and the code itself zero, data (RFC 5925 §5.1).
 * One instance for each thread; it holds scratch memory and no key.
 */
public final class SegmentMac {
    private static final int PSEUDO_HEADER_V6 = 40;
    private static final int CHECKSUM = 16;

    private final byte[] prefix = new byte[Integer.BYTES + PSEUDO_HEADER_V6];
    private final ByteBuffer prefixBuffer = ByteBuffer.wrap(prefix);
    private final byte[] header = new byte[TcpHeader.MIN_LENGTH + TcpHeader.MAX_OPTIONS_LENGTH];

    /**
     * Begins a segment: everything but its data, which the caller feeds to {@code mac} then.
     *
     * @param sne the sequence number extension of SEG.SEQ
     * @param b holds the header and options, where {@code at} says
     * @param covered whether the other options are covered, too (RFC 5925 §3.1)
     */
    public void begin(
            KeyedMac mac, int sne, IpAddress source, IpAddress destination, ByteBuffer b, Layout at, boolean covered) {
        int headerLength = at.headerLength();
        b.get(at.tcp(), header, 0, headerLength);
        header[CHECKSUM] = 0;
        header[CHECKSUM + 1] = 0;
        int option = at.option() - at.tcp();
        int optionLength = header[option + 1] & 0xFF;
        for (int i = option + Layout.OPTION_HEAD; i < option + optionLength; i++) {
            header[i] = 0;
        }
        mac.update(prefix, 0, prefix(sne, source, destination, headerLength + at.dataLength()));
        if (covered) {
            mac.update(header, 0, headerLength);
        } else {
            mac.update(header, 0, TcpHeader.MIN_LENGTH);
            mac.update(header, option, optionLength);
        }
    }

    private int prefix(int sne, IpAddress source, IpAddress destination, int segmentLength) {
        ByteBuffer p = prefixBuffer;
        p.clear().putInt(sne);
        if (source.isV6()) { // RFC 8200 §8.1
            p.putLong(source.hi())
                    .putLong(source.lo())
                    .putLong(destination.hi())
                    .putLong(destination.lo());
            p.putInt(segmentLength).putInt(IpProtocol.TCP);
        } else {
            p.putInt(source.v4()).putInt(destination.v4());
            p.putShort((short) IpProtocol.TCP).putShort((short) segmentLength);
        }
        return p.position();
    }

    /**
     * Where things are in a segment.
     *
     * @param tcp the index of the TCP header
     * @param headerLength its octets, options included
     * @param option the index of the TCP-AO option
     * @param dataLength octets of data behind the header
     */
    public record Layout(int tcp, int headerLength, int option, int dataLength) {
        /** Octets of the option before the code: kind, length, KeyID, RNextKeyID (RFC 5925 §2.2). */
        public static final int OPTION_HEAD = 4;
    }
}
