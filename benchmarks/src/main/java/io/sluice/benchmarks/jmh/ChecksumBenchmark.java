package io.sluice.benchmarks.jmh;

import io.sluice.wire.Checksum;
import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The Internet checksum (RFC 1071) of a header, of a segment and of a super-segment, in direct memory. */
@State(Scope.Thread)
public class ChecksumBenchmark {
    /** Octets. */
    @Param({"20", "40", "1460", "9000", "65536"})
    public int bytes;

    private ByteBuffer memory = ByteBuffer.allocate(0);

    @Setup
    public void fill() {
        memory = ByteBuffer.allocateDirect(bytes);
        for (int i = 0; i < bytes; i++) {
            memory.put(i, (byte) (i * 31));
        }
    }

    @Benchmark
    public short checksum() {
        return Checksum.finish(Checksum.sum(memory, 0, bytes, 0));
    }
}
