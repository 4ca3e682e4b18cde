package io.sluice.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The test vectors that Aumasson and Bernstein published with SipHash-2-4: key and message are 00, 01, 02, ... */
class SipHashTest {
    private static final long KEY0 = 0x0706050403020100L;
    private static final long KEY1 = 0x0F0E0D0C0B0A0908L;

    @Test
    void eightOctets() {
        assertEquals(0x93f5f5799a932462L, SipHash.hash(KEY0, KEY1, KEY0));
    }

    @Test
    void sixteenOctets() {
        assertEquals(0x3f2acc7f57c29bdbL, SipHash.hash(KEY0, KEY1, KEY0, KEY1));
    }

    @Test
    void thirtyTwoOctets() {
        assertEquals(
                0x7127512f72f27cceL, SipHash.hash(KEY0, KEY1, KEY0, KEY1, 0x1716151413121110L, 0x1F1E1D1C1B1A1918L));
    }
}
