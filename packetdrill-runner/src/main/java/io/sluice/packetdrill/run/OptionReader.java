package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.HexData;
import io.sluice.packetdrill.language.SourcePosition;
import io.sluice.packetdrill.language.TcpOption;
import io.sluice.wire.TcpOptionKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Writes the options of an outbound segment as a script would, to show them. */
final class OptionReader {
    private final SourcePosition position;
    private final FlowUnderTest flow;
    private final ByteBuffer octets;

    private OptionReader(ByteBuffer octets, FlowUnderTest flow, SourcePosition position) {
        this.octets = octets.duplicate();
        this.flow = flow;
        this.position = position;
    }

    static List<TcpOption> read(ByteBuffer octets, FlowUnderTest flow, SourcePosition position) {
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

    /** Only options that are as long as their kind says can be written by name. */
    private static boolean fits(int kind, int dataLength) {
        return switch (kind) {
            case TcpOptionKind.MSS -> dataLength == 2;
            case TcpOptionKind.WINDOW_SCALE -> dataLength == 1;
            case TcpOptionKind.SACK_PERMITTED -> dataLength == 0;
            case TcpOptionKind.SACK -> dataLength > 0 && dataLength % 8 == 0;
            case TcpOptionKind.TIMESTAMPS -> dataLength == 8;
            case TcpOptionKind.MD5 -> dataLength == SegmentSigner.MD5_OCTETS;
            case TcpOptionKind.AO -> dataLength > 2;
            case TcpOptionKind.ACC_ECN_0, TcpOptionKind.ACC_ECN_1 -> dataLength <= 9 && dataLength % 3 == 0;
            default -> true;
        };
    }

    private TcpOption option(int kind, byte[] data) {
        ByteBuffer b = ByteBuffer.wrap(data);
        if (!fits(kind, data.length)) {
            return generic(kind, data);
        }
        return switch (kind) {
            case TcpOptionKind.MSS -> new TcpOption.MaximumSegmentSize(position, b.getShort(0) & 0xFFFF);
            case TcpOptionKind.WINDOW_SCALE -> new TcpOption.WindowScale(position, b.get(0) & 0xFF);
            case TcpOptionKind.SACK_PERMITTED -> new TcpOption.SackPermitted(position);
            case TcpOptionKind.SACK -> sack(b);
            case TcpOptionKind.TIMESTAMPS -> timestamps(b);
            case TcpOptionKind.FAST_OPEN -> fastOpen(data, false);
            case TcpOptionKind.MD5 -> new TcpOption.Md5Signature(position, Optional.of(hex(data)));
            case TcpOptionKind.AO ->
                new TcpOption.Authentication(
                        position,
                        data[0] & 0xFF,
                        data[1] & 0xFF,
                        Optional.of(hex(Arrays.copyOfRange(data, 2, data.length))));
            case TcpOptionKind.ACC_ECN_0, TcpOptionKind.ACC_ECN_1 -> accurateEcn(kind, b);
            case TcpOptionKind.EXPERIMENT_2 -> experiment(b, data);
            default -> generic(kind, data);
        };
    }

    /** In the spelling that says which of the two it is whatever it has. */
    private TcpOption accurateEcn(int kind, ByteBuffer b) {
        int order = kind == TcpOptionKind.ACC_ECN_0 ? 0 : 1;
        List<Integer> counters = new ArrayList<>();
        while (b.hasRemaining()) {
            counters.add((b.get() & 0xFF) << 16 | (b.getShort() & 0xFFFF));
        }
        return new TcpOption.AccurateEcn(position, order, TcpOption.AccurateEcn.Spelling.FREEBSD, counters);
    }

    private TcpOption experiment(ByteBuffer b, byte[] data) {
        if (data.length < 2 || (b.getShort(0) & 0xFFFF) != TcpOptionKind.FAST_OPEN_EXID) {
            return generic(TcpOptionKind.EXPERIMENT_2, data);
        }
        return fastOpen(Arrays.copyOfRange(data, 2, data.length), true);
    }

    private TcpOption fastOpen(byte[] cookie, boolean experimental) {
        Optional<HexData> octets = cookie.length == 0 ? Optional.empty() : Optional.of(hex(cookie));
        return new TcpOption.FastOpen(position, octets, experimental);
    }

    private TcpOption sack(ByteBuffer b) {
        List<TcpOption.SackBlock> blocks = new ArrayList<>();
        while (b.hasRemaining()) {
            blocks.add(new TcpOption.SackBlock(
                    position,
                    flow.scriptedRemoteSequence(b.getInt(), false),
                    flow.scriptedRemoteSequence(b.getInt(), false)));
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
