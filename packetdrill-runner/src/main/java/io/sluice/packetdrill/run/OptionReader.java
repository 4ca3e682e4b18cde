package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.HexData;
import io.sluice.packetdrill.language.SourcePosition;
import io.sluice.packetdrill.language.TcpOption;
import io.sluice.wire.TcpOptionKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Writes the options of an outbound segment as a script would, to show them. */
final class OptionReader {
    private final SourcePosition position;
    private final FlowUnderTest flow;
    private final ByteBuffer octets;

    private OptionReader(byte[] octets, FlowUnderTest flow, SourcePosition position) {
        this.octets = ByteBuffer.wrap(octets);
        this.flow = flow;
        this.position = position;
    }

    static List<TcpOption> read(byte[] octets, FlowUnderTest flow, SourcePosition position) {
        List<TcpOption> options = new ArrayList<>();
        OptionReader reader = new OptionReader(octets, flow, position);
        while (reader.octets.hasRemaining()) {
            options.add(reader.next());
        }
        return options;
    }

    private TcpOption next() {
        int kind = octets.get() & 0xFF;
        if (kind == TcpOptionKind.EOL) {
            return new TcpOption.EndOfList(position);
        }
        if (kind == TcpOptionKind.NOP) {
            return new TcpOption.NoOperation(position);
        }
        int length = octets.hasRemaining() ? (octets.get() & 0xFF) - 2 : 0;
        byte[] data = new byte[Math.max(0, Math.min(length, octets.remaining()))];
        octets.get(data);
        return option(kind, data);
    }

    private TcpOption option(int kind, byte[] data) {
        ByteBuffer b = ByteBuffer.wrap(data);
        return switch (kind) {
            case TcpOptionKind.MSS ->
                data.length == 2
                        ? new TcpOption.MaximumSegmentSize(position, b.getShort(0) & 0xFFFF)
                        : generic(kind, data);
            case TcpOptionKind.WINDOW_SCALE ->
                data.length == 1 ? new TcpOption.WindowScale(position, b.get(0) & 0xFF) : generic(kind, data);
            case TcpOptionKind.SACK_PERMITTED ->
                data.length == 0 ? new TcpOption.SackPermitted(position) : generic(kind, data);
            case TcpOptionKind.SACK -> data.length % 8 == 0 ? sack(b) : generic(kind, data);
            case TcpOptionKind.TIMESTAMPS -> data.length == 8 ? timestamps(b) : generic(kind, data);
            case TcpOptionKind.FAST_OPEN ->
                new TcpOption.FastOpen(position, data.length == 0 ? Optional.empty() : Optional.of(hex(data)), false);
            default -> generic(kind, data);
        };
    }

    private TcpOption sack(ByteBuffer b) {
        List<TcpOption.SackBlock> blocks = new ArrayList<>();
        while (b.hasRemaining()) {
            blocks.add(new TcpOption.SackBlock(
                    position, Integer.toUnsignedLong(b.getInt()), Integer.toUnsignedLong(b.getInt())));
        }
        return new TcpOption.Sack(position, blocks);
    }

    private TcpOption timestamps(ByteBuffer b) {
        return new TcpOption.Timestamps(
                position,
                OptionalLong.of(flow.scriptedTimestamp(b.getInt(0))),
                Integer.toUnsignedLong(b.getInt(4)),
                false);
    }

    private TcpOption generic(int kind, byte[] data) {
        return new TcpOption.Generic(position, kind, Optional.of(hex(data)));
    }

    private HexData hex(byte[] data) {
        return new HexData(position, HexFormat.of().formatHex(data));
    }
}
