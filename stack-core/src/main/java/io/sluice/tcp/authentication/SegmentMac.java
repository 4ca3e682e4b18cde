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
    /** Octets of the option before the code: kind, length, KeyID, RNextKeyID (RFC 5925 §2.2). */
    public static final int OPTION_HEAD = 4;

    private static final int PSEUDO_HEADER_V6 = 40;

    private final byte[] prefix = new byte[Integer.BYTES + PSEUDO_HEADER_V6];
    private final ByteBuffer prefixBuffer = ByteBuffer.wrap(prefix);
    private final byte[] header = new byte[TcpHeader.MIN_LENGTH + TcpHeader.MAX_OPTIONS_LENGTH];
    private int tcp;
    private int headerLength;
    private int option;
    private int dataLength;

    /**
     * What of a segment counts.
     *
     * @param options the other options, too (RFC 5925 §3.1)
     * @param source its source address and port (not with a NAT there: RFC 6978 §4)
     * @param destination its destination address and port
     */
    public record Coverage(boolean options, boolean source, boolean destination) {
        /** Everything. */
        public static final Coverage ALL = new Coverage(true, true, true);
    }

    /**
     * Where things are in the segment that {@link #begin} feeds next.
     *
     * @param tcpIndex the index of the TCP header
     * @param headerOctets its octets, options included
     * @param optionIndex the index of the TCP-AO option
     * @param dataOctets octets of data behind the header
     */
    public SegmentMac at(int tcpIndex, int headerOctets, int optionIndex, int dataOctets) {
        tcp = tcpIndex;
        headerLength = headerOctets;
        option = optionIndex - tcpIndex;
        dataLength = dataOctets;
        return this;
    }

    /**
     * Begins a segment: everything but its data, which the caller feeds to {@code mac} then.
     *
     * @param sne the sequence number extension of SEG.SEQ
     * @param b holds the header and options, where {@link #at} said
     */
    public void begin(KeyedMac mac, int sne, IpAddress source, IpAddress destination, ByteBuffer b, Coverage covered) {
        b.get(tcp, header, 0, headerLength);
        zero(TcpHeader.CHECKSUM_OFFSET, 2);
        if (!covered.source) {
            zero(0, 2);
        }
        if (!covered.destination) {
            zero(2, 2);
        }
        int optionLength = header[option + 1] & 0xFF;
        zero(option + OPTION_HEAD, optionLength - OPTION_HEAD);
        int segmentLength = headerLength + dataLength;
        mac.update(
                prefix,
                0,
                prefix(
                        sne,
                        covered.source ? source : any(source),
                        covered.destination ? destination : any(source),
                        segmentLength));
        if (covered.options) {
            mac.update(header, 0, headerLength);
        } else {
            mac.update(header, 0, TcpHeader.MIN_LENGTH);
            mac.update(header, option, optionLength);
        }
    }

    private static IpAddress any(IpAddress ofFamily) {
        return ofFamily.isV6() ? IpAddress.ANY6 : IpAddress.ANY4;
    }

    private void zero(int at, int octets) {
        for (int i = at; i < at + octets; i++) {
            header[i] = 0;
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
}
