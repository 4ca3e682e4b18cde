package io.sluice.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** How amounts are written. */
final class AmountsTest {
    @Test
    void bytes() {
        assertEquals("0 B", Amounts.bytes(0));
        assertEquals("1023 B", Amounts.bytes(1023));
        assertEquals("1.00 KiB", Amounts.bytes(1024));
        assertEquals("9.99 KiB", Amounts.bytes(10_229));
        assertEquals("10.0 KiB", Amounts.bytes(10_236));
        assertEquals("1.00 MiB", Amounts.bytes(1024 * 1024 - 1));
        assertEquals("512 MiB", Amounts.bytes(512L << 20));
        assertEquals("8388608 TiB", Amounts.bytes(Long.MAX_VALUE));
    }

    @Test
    void times() {
        assertEquals("0.00 ms", Amounts.time(0));
        assertEquals("1.23 ms", Amounts.time(1_234_567));
        assertEquals("999 ms", Amounts.time(999_400_000));
        assertEquals("1.00 s", Amounts.time(999_600_000));
        assertEquals("61.0 s", Amounts.time(61_000_000_000L));
    }

    @Test
    void rates() {
        assertEquals("8.00 Mbit/s", Amounts.rate(1_000_000, 1_000_000_000));
        assertEquals("1.00 Gbit/s", Amounts.rate(125_000_000, 1_000_000_000));
        assertEquals("", Amounts.rate(1, 0));
    }

    @Test
    void counts() {
        assertEquals("1,234,567", Amounts.count(1_234_567));
    }
}
