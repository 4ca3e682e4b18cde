package io.sluice.packetdrill.language;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Names and numbers of the two kernels. */
final class SymbolsTest {
    private final Symbols linux = Symbols.linux();
    private final Symbols freeBsd = Symbols.freeBsd();

    @Test
    void kernelsDiffer() {
        assertEquals(OptionalLong.of(1), linux.value("SOL_SOCKET"));
        assertEquals(OptionalLong.of(0xFFFF), freeBsd.value("SOL_SOCKET"));
        assertEquals(OptionalLong.of(10), linux.value("AF_INET6"));
        assertEquals(OptionalLong.of(28), freeBsd.value("AF_INET6"));
        assertEquals(OptionalLong.of(0x800), linux.value("O_NONBLOCK"));
        assertEquals(OptionalLong.of(4), freeBsd.value("O_NONBLOCK"));
        assertEquals(OptionalLong.of(0x40), linux.value("MSG_DONTWAIT"));
        assertEquals(OptionalLong.of(0x80), freeBsd.value("MSG_DONTWAIT"));
        assertEquals(OptionalLong.of(23), linux.value("TCP_FASTOPEN"));
        assertEquals(OptionalLong.of(1025), freeBsd.value("TCP_FASTOPEN"));
    }

    @Test
    void kernelsAgree() {
        for (Symbols symbols : List.of(linux, freeBsd)) {
            assertEquals(OptionalLong.of(1), symbols.value("SOCK_STREAM"));
            assertEquals(OptionalLong.of(6), symbols.value("IPPROTO_TCP"));
            assertEquals(OptionalLong.of(22), symbols.value("EINVAL"));
            assertEquals(OptionalLong.of(0xE0), symbols.value("IPTOS_DSCP_CS7"));
        }
    }

    @Test
    void someNamesBelongToOneKernel() {
        assertEquals(OptionalLong.of(0x20000000), linux.value("MSG_FASTOPEN"));
        assertEquals(OptionalLong.empty(), freeBsd.value("MSG_FASTOPEN"));
        assertEquals(OptionalLong.of(8192), freeBsd.value("TCP_FUNCTION_BLK"));
        assertEquals(OptionalLong.empty(), linux.value("TCP_FUNCTION_BLK"));
        assertEquals(OptionalLong.of(0x80000000L), linux.value("EPOLLET"));
        assertEquals(OptionalLong.of(3), freeBsd.value("TCPI_SYN_RECEIVED"));
        assertEquals(OptionalLong.of(7), linux.value("TCP_CLOSE"));
    }

    @Test
    void errnosHaveNames() {
        assertEquals(Optional.of("EAGAIN"), linux.errnoName(11));
        assertEquals(Optional.of("EAGAIN"), freeBsd.errnoName(35));
        assertEquals(Optional.of("EDEADLK"), freeBsd.errnoName(11));
        assertEquals(Optional.of("EINPROGRESS"), linux.errnoName(115));
        assertEquals(Optional.of("EINPROGRESS"), freeBsd.errnoName(36));
        assertEquals(Optional.of("EOPNOTSUPP"), linux.errnoName(95));
        assertEquals(Optional.of("EOPNOTSUPP"), freeBsd.errnoName(45));
        assertEquals(Optional.of("EINTEGRITY"), freeBsd.errnoName(97));
        assertEquals(Optional.empty(), freeBsd.errnoName(98));
    }

    @Test
    void icmpTypesAndCodesHaveNumbers() {
        assertEquals(OptionalInt.of(3), IcmpNames.type(false, "unreachable"));
        assertEquals(OptionalInt.of(1), IcmpNames.type(true, "unreachable"));
        assertEquals(OptionalInt.empty(), IcmpNames.type(false, "packet_too_big"));
        assertEquals(OptionalInt.of(77), IcmpNames.type(false, "type_77"));
        assertEquals(OptionalInt.empty(), IcmpNames.type(false, "type_256"));
        assertEquals(OptionalInt.of(4), IcmpNames.code(false, "unreachable", "frag_needed"));
        assertEquals(OptionalInt.of(4), IcmpNames.code(true, "unreachable", "port_unreachable"));
        assertEquals(OptionalInt.of(9), IcmpNames.code(true, "unreachable", "code_9"));
        assertEquals(OptionalInt.empty(), IcmpNames.code(true, "unreachable", "frag_needed"));
    }
}
