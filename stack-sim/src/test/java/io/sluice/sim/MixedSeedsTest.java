package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.sim.workload.StreamUpgrade;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The seeds of every build whose hosts mix plain, Fast Open, TCP-AO and MD5 connections and UDP options, with ECN and AccECN over
 * wires that mark, and swaps of stacks and keys; {@code bin/sluice seeds --mix} runs more.
 */
@Tag("once")
final class MixedSeedsTest {
    private static final int COUNT = 300;

    @Test
    void everyStreamIsIntactAndEverythingIsMixed() throws InterruptedException, IOException {
        String told = run(1, COUNT);
        // The mix is one: each of its parts happens.
        for (String counter : new String[] {
            "TCP_FAST_OPEN_ACTIVE",
            "TCP_FAST_OPEN_PASSIVE",
            "TCP_FAST_OPEN_COOKIE_REQUESTS",
            "TCP_AO_GOOD",
            "UDP_REASSEMBLED",
            "UDP_PROBES_ANSWERED",
            "TCP_SEGMENTS_RETRANSMITTED"
        }) {
            assertTrue(amount(told, counter) > 0, told);
        }
        for (String part : new String[] {
            "MD5_CONNECTIONS",
            "STACK_SWAPS",
            "CONGESTION_CONTROL_SWAPS",
            "KEY_CHANGES",
            "SURE_DATAGRAMS",
            "MARKED",
            "SWAPS_WITH_ACCECN",
            "SWAPS_IN_ESTABLISHED",
            "SWAPS_IN_CLOSE_WAIT",
            "SWAPS_IN_FIN_WAIT_1",
            "SWAPS_IN_RECOVERY",
            "SWAPS_AFTER_TIMEOUT",
            "SENT_FOR_RTO",
            "SENT_FOR_RACK",
            "SENT_FOR_DUPLICATE_THRESHOLD",
            "SENT_FOR_TLP"
        }) {
            assertTrue(amount(told, part) >= COUNT / 10, told);
        }
        for (String state :
                new String[] {"SYN_SENT", "SYN_RECEIVED", "FIN_WAIT_2", "CLOSING", "LAST_ACK", "TIME_WAIT"}) {
            assertTrue(amount(told, "SWAPS_IN_" + state) > 0, told);
        }
    }

    /**
     * BBR takes over while losses are repaired, before there is a rate (9517), and a stack while a closed window is probed (8103);
     * segments are SACKed while a tail loss probe is armed (1369), which repeats a segment that the next key leaves no room for
     * (25519); a probe finds that the window has shrunk, and the RTO is over already (108).
     */
    @ParameterizedTest
    @ValueSource(longs = {108, 1369, 8103, 9517, 25519})
    void isIntactWhereTimersMeet(long seed) throws InterruptedException, IOException {
        run(seed, 1);
    }

    /** What is told of a counter, 0 if nothing is. */
    private static long amount(String told, String counter) {
        Matcher m = Pattern.compile(" " + counter + "=([0-9]+)").matcher(told);
        return m.find() ? Long.parseLong(m.group(1)) : 0;
    }

    private static String run(long first, int count) throws InterruptedException, IOException {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(told, true, StandardCharsets.UTF_8);
        boolean passed = Seeds.run(first, count, 2, null, out, StreamUpgrade.NONE, true);
        String text = told.toString(StandardCharsets.UTF_8);
        assertTrue(passed, text);
        return text;
    }
}
