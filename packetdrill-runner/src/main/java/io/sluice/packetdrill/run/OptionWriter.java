package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.HexData;
import io.sluice.packetdrill.language.TcpOption;
import io.sluice.packetdrill.language.TcpOptions;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.TcpOptionKind;
import io.sluice.wire.TcpOptionWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Turns the options of a script's segment into octets, with the numbers that they have on the wire. */
final class OptionWriter {
    private static final int EXPERIMENTAL_ACC_ECN_0 = 0xACC0;
    private static final int ACK_RATE_REQUEST = 0x00AC;

    private final FlowUnderTest flow;
    private final SegmentSigner signer;
    private final boolean inbound;
    private final ByteBuffer buffer = ByteBuffer.allocate(256);

    private OptionWriter(FlowUnderTest flow, SegmentSigner signer, boolean inbound) {
        this.flow = flow;
        this.signer = signer;
        this.inbound = inbound;
    }

    /**
     * The octets of {@code options}, a multiple of four; zeros where {@link SegmentSigner} puts valid signatures.
     *
     * @param inbound whether the segment goes to the stack under test: then SACK blocks and echoed timestamps are its own
     *     numbers, otherwise timestamp values are
     */
    static byte[] write(TcpOptions options, FlowUnderTest flow, SegmentSigner signer, boolean inbound)
            throws RunFailure {
        if (options instanceof TcpOptions.Octets octets) {
            return octets(octets.octets());
        }
        return options instanceof TcpOptions.Listed listed
                ? new OptionWriter(flow, signer, inbound).writeAll(listed.options())
                : new byte[0];
    }

    private byte[] writeAll(List<TcpOption> options) throws RunFailure {
        int at = 0;
        for (TcpOption option : options) {
            at = write(option, at);
            if (at > TcpHeader.MAX_OPTIONS_LENGTH) {
                throw new RunFailure(option.position(), "the options do not fit into a TCP header");
            }
        }
        if (at % 4 != 0) {
            throw new RunFailure(
                    options.get(0).position(), "the options end inside a 32-bit word: add nop or eol to fill it");
        }
        return Arrays.copyOf(buffer.array(), at);
    }

    private int write(TcpOption option, int at) throws RunFailure {
        if (option instanceof TcpOption.NoOperation) {
            return TcpOptionWriter.nop(buffer, at);
        } else if (option instanceof TcpOption.EndOfList) {
            return TcpOptionWriter.eol(buffer, at);
        } else if (option instanceof TcpOption.MaximumSegmentSize mss) {
            return TcpOptionWriter.mss(buffer, at, mss.bytes());
        } else if (option instanceof TcpOption.WindowScale scale) {
            return raw(at, TcpOptionKind.WINDOW_SCALE, new byte[] {(byte) scale.shift()});
        } else if (option instanceof TcpOption.SackPermitted) {
            return TcpOptionWriter.sackPermitted(buffer, at);
        } else if (option instanceof TcpOption.Sack sack) {
            return sack(sack, at);
        } else if (option instanceof TcpOption.Timestamps timestamps) {
            return timestamps(timestamps, at);
        }
        return writeRare(option, at);
    }

    private int writeRare(TcpOption option, int at) throws RunFailure {
        if (option instanceof TcpOption.FastOpen fastOpen) {
            byte[] cookie = octets(fastOpen.cookie());
            return fastOpen.experimental()
                    ? experiment(at, TcpOptionKind.FAST_OPEN_EXID, cookie)
                    : raw(at, TcpOptionKind.FAST_OPEN, cookie);
        } else if (option instanceof TcpOption.AccurateEcn ecn) {
            byte[] counters = counters(ecn.counters());
            return ecn.spelling() == TcpOption.AccurateEcn.Spelling.EXPERIMENTAL
                    ? experiment(at, EXPERIMENTAL_ACC_ECN_0 + ecn.order(), counters)
                    : raw(at, TcpOptionKind.ACC_ECN_0 + 2 * ecn.order(), counters);
        } else if (option instanceof TcpOption.AckRateRequest request) {
            byte[] rate = request.rate().isPresent()
                    ? new byte[] {(byte) request.rate().getAsInt()}
                    : new byte[0];
            return experiment(at, ACK_RATE_REQUEST, rate);
        } else if (option instanceof TcpOption.Generic generic) {
            return raw(at, generic.kind(), octets(generic.data()));
        } else if (option instanceof TcpOption.Experimental experimental) {
            return experiment(at, experimental.experiment(), octets(experimental.data()));
        } else if (option instanceof TcpOption.Md5Signature md5) {
            byte[] digest = md5.digest().isPresent() ? octets(md5.digest()) : new byte[SegmentSigner.MD5_OCTETS];
            return raw(at, TcpOptionKind.MD5, digest);
        }
        return authentication((TcpOption.Authentication) option, at);
    }

    private int authentication(TcpOption.Authentication ao, int at) throws RunFailure {
        byte[] code = ao.mac().isPresent() ? octets(ao.mac()) : new byte[signer.macLength(ao)];
        int end = TcpOptionWriter.ao(buffer, at, ao.keyId(), ao.rNextKeyId(), code.length);
        buffer.put(end - code.length, code);
        return end;
    }

    private static byte[] octets(Optional<HexData> data) throws RunFailure {
        return data.isPresent() ? octets(data.get()) : new byte[0];
    }

    private int sack(TcpOption.Sack sack, int at) {
        int end = TcpOptionWriter.sackHead(buffer, at, sack.blocks().size());
        for (TcpOption.SackBlock block : sack.blocks()) {
            end = TcpOptionWriter.sackBlock(buffer, end, liveEdge(block.left()), liveEdge(block.right()));
        }
        return end;
    }

    /** SACK blocks are about what the receiver of the option has sent. */
    private int liveEdge(long scripted) {
        return inbound ? flow.liveSequence(scripted, false) : flow.liveRemoteSequence(scripted, false);
    }

    private int timestamps(TcpOption.Timestamps timestamps, int at) {
        int value = (int) timestamps.value().orElse(0);
        int echo = (int) timestamps.echoReply();
        if (inbound) {
            return TcpOptionWriter.timestamps(
                    buffer, at, value, timestamps.absoluteEcho() ? echo : flow.liveEcho(echo));
        }
        return TcpOptionWriter.timestamps(
                buffer, at, flow.expectedTimestamp(value).orElse(value), echo);
    }

    private static byte[] counters(List<Integer> counters) {
        byte[] octets = new byte[3 * counters.size()];
        for (int i = 0; i < counters.size(); i++) {
            int counter = counters.get(i);
            octets[3 * i] = (byte) (counter >>> 16);
            octets[3 * i + 1] = (byte) (counter >>> 8);
            octets[3 * i + 2] = (byte) counter;
        }
        return octets;
    }

    private int raw(int at, int kind, byte[] data) {
        buffer.put(at, (byte) kind).put(at + 1, (byte) (2 + data.length)).put(at + 2, data);
        return at + 2 + data.length;
    }

    private int experiment(int at, int identifier, byte[] data) {
        buffer.put(at, (byte) TcpOptionKind.EXPERIMENT_2)
                .put(at + 1, (byte) (4 + data.length))
                .putShort(at + 2, (short) identifier)
                .put(at + 4, data);
        return at + 4 + data.length;
    }

    private static byte[] octets(HexData data) throws RunFailure {
        if (data.octets().isEmpty()) {
            throw new RunFailure(data.position(), data.text() + " is not defined: -D " + data.text() + "=...");
        }
        return data.octets().get();
    }
}
