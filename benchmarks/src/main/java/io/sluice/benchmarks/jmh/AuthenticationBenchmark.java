package io.sluice.benchmarks.jmh;

import io.sluice.tcp.authentication.AuthenticationAlgorithm;
import io.sluice.tcp.authentication.CmacAlgorithm;
import io.sluice.tcp.authentication.HmacAlgorithm;
import io.sluice.tcp.authentication.KeyedMac;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.SegmentMac;
import io.sluice.tcp.authentication.TrafficKeyContext;
import io.sluice.wire.IpAddress;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.TcpOptionWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The code of a segment (RFC 5925 §5.1), which its sender and its receiver compute once each; and a traffic key (RFC 5926 §3.1). */
@State(Scope.Thread)
public class AuthenticationBenchmark {
    /** Which algorithm of RFC 5926, or ours. */
    @Param({"HMAC-SHA-1-96", "AES-128-CMAC-96", "HMAC-SHA-256-128"})
    public String algorithm = "";

    /** Octets of data. */
    @Param({"0", "1432"})
    public int bytes;

    private final IpAddress source = IpAddress.ofV4(0x0A000001);
    private final IpAddress destination = IpAddress.ofV4(0x0A000002);
    private final byte[] context = TrafficKeyContext.of(source, 1, 2, destination, 3, 4);
    private final MasterKey master = new MasterKey("a master key".getBytes(StandardCharsets.US_ASCII));
    private final SegmentMac mac = new SegmentMac();
    private final byte[] code = new byte[64];
    private final ByteBuffer packet = ByteBuffer.allocateDirect(1500);
    private final ByteBuffer data = ByteBuffer.allocateDirect(1500);
    private AuthenticationAlgorithm chosen = HmacAlgorithm.HMAC_SHA_1_96;
    private KeyedMac key = chosen.trafficKey(master, context);
    private int headerLength;

    @Setup
    public void begin() {
        chosen = switch (algorithm) {
            case "AES-128-CMAC-96" -> CmacAlgorithm.AES_128_CMAC_96;
            case "HMAC-SHA-256-128" -> HmacAlgorithm.HMAC_SHA_256_128;
            default -> HmacAlgorithm.HMAC_SHA_1_96;
        };
        key = chosen.trafficKey(master, context);
        int p = TcpHeader.MIN_LENGTH;
        p = TcpOptionWriter.timestamps(packet, TcpOptionWriter.nop(packet, TcpOptionWriter.nop(packet, p)), 1, 2);
        headerLength = TcpOptionWriter.ao(packet, p, 1, 1, chosen.macLength());
    }

    @Benchmark
    public byte segment() {
        int option = headerLength - SegmentMac.OPTION_HEAD - chosen.macLength();
        mac.at(0, headerLength, option, bytes).begin(key, 0, source, destination, packet, SegmentMac.Coverage.ALL);
        key.update(data.clear().limit(bytes));
        key.finish(code);
        return code[0];
    }

    @Benchmark
    public int trafficKey() {
        try (KeyedMac derived = chosen.trafficKey(master, context)) {
            return derived.length();
        }
    }
}
