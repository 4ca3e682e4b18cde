package io.sluice.benchmarks.jmh;

import io.netty.buffer.ByteBuf;
import io.sluice.event.Counter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A whole turn of a {@link io.sluice.host.Host} for one segment, between the link's and the user's side of it: IP,
 * demultiplexing, TCP, timers, readiness, acknowledgments. No system call is in it.
 */
@State(Scope.Thread)
@Fork(
        jvmArgsAppend = {
            "-Dio.netty.leakDetection.level=disabled",
            // Netty recycles its buffer objects for its own kind of threads only
            "-Djmh.executor=CUSTOM",
            "-Djmh.executor.class=io.sluice.benchmarks.jmh.NettyThreads"
        })
public class SegmentBenchmark {
    private static final int SEGMENT_BYTES = 1448;
    private static final int SEGMENTS = 45;
    private static final long TURN_NS = 20_000;

    /** How large. */
    public enum Size {
        /** 1448 octets, checksums computed and verified here. */
        SEGMENT,
        /** 65160 octets: 45 segments merged, checksums left to the device. */
        SUPER_SEGMENT
    }

    @Param
    public Size size = Size.SEGMENT;

    private EstablishedPair pair = new EstablishedPair(SEGMENT_BYTES, false);
    private int segments = 1;

    @Setup
    public void connect() {
        segments = size == Size.SUPER_SEGMENT ? SEGMENTS : 1;
        pair = new EstablishedPair(segments * SEGMENT_BYTES, size == Size.SUPER_SEGMENT);
    }

    /** Data arrives, the user reads it; the acknowledgments that the policy wants leave. */
    @Benchmark
    public long segmentIn() {
        EstablishedPair p = pair;
        p.nowNs += TURN_NS;
        p.deliverNextData(segments);
        p.server.onTimer(p.nowNs);
        EstablishedPair.drainReady(p.server);
        for (ByteBuf in = p.serverSocket.read(Integer.MAX_VALUE);
                in != null;
                in = p.serverSocket.read(Integer.MAX_VALUE)) {
            in.release();
        }
        p.server.transmit(Integer.MAX_VALUE, p.nowNs);
        return p.server.counters().get(Counter.TCP_PAYLOAD_BYTES_IN);
    }

    /** The user writes data, which leaves, and its acknowledgment arrives. */
    @Benchmark
    public long segmentOut() {
        EstablishedPair p = pair;
        p.nowNs += TURN_NS;
        p.clientSocket.write(p.payload.readerIndex(0), true);
        p.client.transmit(Integer.MAX_VALUE, p.nowNs);
        p.deliverNextAck();
        p.client.onTimer(p.nowNs);
        EstablishedPair.drainReady(p.client);
        return p.client.counters().get(Counter.TCP_PAYLOAD_BYTES_OUT);
    }
}
