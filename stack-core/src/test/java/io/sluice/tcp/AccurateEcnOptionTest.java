package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.wire.TcpOptions;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The AccECN option of a SYN-ACK takes the room that others leave (RFC 9768 §3.2.3.2.1): two counters, none, or no option. */
final class AccurateEcnOptionTest {
    @ParameterizedTest
    @CsvSource({"20, 8", "8, 8", "7, 2", "4, 2", "2, 2", "1, 0", "0, 0"})
    void takesTheRoomThatIsLeft(int room, int length) {
        ByteBuffer b = ByteBuffer.allocate(40);
        assertEquals(length, AccurateEcnOption.writeInitial(b, 0, room));
        TcpOptions options = new TcpOptions();
        options.parse(b, 0, length);
        assertEquals(length > 0, options.hasAccEcn());
        assertEquals(length == 8, options.hasAccEcnEe0b() && options.accEcnEe0b() == 1);
        assertEquals(length == 8, options.hasAccEcnEceb() && options.accEcnEceb() == 0);
    }
}
