package io.sluice.benchmarks.jmh;

import io.sluice.wire.TcpOptionKind;
import io.sluice.wire.TcpOptionWriter;
import io.sluice.wire.TcpOptions;
import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Parsing the option lists that are met most: of a SYN, of every segment, and of an ACK that reports losses. */
@State(Scope.Thread)
public class TcpOptionsBenchmark {
    /** Which list. */
    public enum Kind {
        /** MSS, SACK-permitted, timestamps, window scale: 20 octets. */
        SYN,
        /** NOP, NOP, timestamps: 12 octets. */
        TIMESTAMPS,
        /** The same and three SACK blocks: 40 octets. */
        SACK
    }

    @Param
    public Kind list = Kind.SYN;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(40);
    private final TcpOptions options = new TcpOptions();
    private int length;

    @Setup
    public void write() {
        length = list == Kind.SYN ? writeSyn() : writeAcknowledgment(list == Kind.SACK ? 3 : 0);
        if (!options.parse(memory, 0, length)) {
            throw new IllegalStateException("the list is well-formed");
        }
    }

    private int writeSyn() {
        int p = TcpOptionWriter.mss(memory, 0, 1460);
        p = TcpOptionWriter.sackPermitted(memory, p);
        p = TcpOptionWriter.timestamps(memory, p, 1, 0);
        p = TcpOptionWriter.windowScale(memory, p, 8);
        return TcpOptionWriter.pad(memory, 0, p, TcpOptionKind.NOP);
    }

    private int writeAcknowledgment(int blocks) {
        int p = TcpOptionWriter.nop(memory, TcpOptionWriter.nop(memory, 0));
        p = TcpOptionWriter.timestamps(memory, p, 1, 2);
        if (blocks > 0) {
            p = TcpOptionWriter.nop(memory, TcpOptionWriter.nop(memory, p));
            p = TcpOptionWriter.sackHead(memory, p, blocks);
        }
        for (int i = 0; i < blocks; i++) {
            p = TcpOptionWriter.sackBlock(memory, p, 10_000 * i, 10_000 * i + 1448);
        }
        return p;
    }

    @Benchmark
    public int parse() {
        options.parse(memory, 0, length);
        return options.tsVal() + options.mss() + options.sackCount();
    }
}
