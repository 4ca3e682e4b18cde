package io.sluice.examples;

import io.sluice.packetdrill.junit.PacketdrillScripts;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Packetdrill scripts of one's own as tests: every {@code *.pkt} file below {@code src/test/packetdrill}. */
final class PacketdrillTest {
    @TestFactory
    Stream<DynamicNode> scripts() {
        return PacketdrillScripts.in(Path.of("src/test/packetdrill")).tests();
    }
}
