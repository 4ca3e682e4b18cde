package io.sluice.packetdrill.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.packetdrill.BackEnds;
import io.sluice.packetdrill.language.Definitions;
import io.sluice.packetdrill.language.Script;
import io.sluice.packetdrill.language.ScriptParser;
import io.sluice.packetdrill.language.ScriptSource;
import io.sluice.packetdrill.language.ScriptSyntaxException;
import io.sluice.packetdrill.run.LinkKind;
import io.sluice.packetdrill.run.Mode;
import io.sluice.packetdrill.run.Personality;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunResult;
import io.sluice.packetdrill.run.ScriptRunner;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Scripts against the stack on a TUN device. How long something takes is not looked at, since the machine may be busy: there is
 * more tolerance than scripts have, and no timer of the stack goes off in that time.
 */
@Tag("netns")
final class TunBackEndTest {
    private static final String TRANSFER =
            """
            --tolerance_usecs=10000000
             0    `sysctl net.inet.tcp.rexmit_initial=20000 net.inet.tcp.rexmit_min=20000 net.ipv4.tcp_early_retrans=0`
            +0    socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
            +0    bind(3, ..., ...) = 0
            +0    listen(3, 1) = 0
            +0...0.2 accept(3, ..., ...) = 4
            +0.1  < S 0:0(0) win 65535 <mss 1000,nop,nop,sackOK>
            +0    > S. 0:0(0) ack 1 <...>
            +0.1  < . 1:1(0) ack 1 win 8000
            +0.1  < P. 1:2001(2000) ack 1 win 8000
            +0    > . 1:1(0) ack 2001
            +0    read(4, ..., 1500) = 1500
            +0    write(4, ..., 3500) = 3500
            +0    > P. 1:3501(3500) ack 2001
            +0.1  < . 2001:2001(0) ack 3501 win 8000
            +0.1  < R 2001:2001(0) win 0
            +0    read(4, ..., 1000) = 500
            +0    read(4, ..., 1000) = -1 ECONNRESET (Connection reset by peer)
            """;

    /** Several calls in one moment, two repetitions after timeouts, and an acknowledgment at the very moment of a third, which is first. */
    private static final String TIMEOUTS =
            """
            --tolerance_usecs=10000000
             0    socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
            +0    bind(3, ..., ...) = 0
            +0    listen(3, 1) = 0
            +0    < S 0:0(0) win 65535 <mss 1000,nop,nop,sackOK>
            +0    > S. 0:0(0) ack 1 <...>
            +0.1  < . 1:1(0) ack 1 win 8000
            +0    accept(3, ..., ...) = 4
            +0    setsockopt(4, IPPROTO_TCP, TCP_NODELAY, [1], 4) = 0
            +0    write(4, ..., 100) = 100
            +0    > P. 1:101(100) ack 1
            +0    write(4, ..., 100) = 100
            +0    > P. 101:201(100) ack 1
            +0.3  > P. 1:101(100) ack 1
            +0.6  > P. 1:101(100) ack 1
            +1.2  < . 1:1(0) ack 201 win 8000
            +0    > P. 1:101(100) ack 1
            +0    write(4, ..., 100) = 100
            +0    > P. 201:301(100) ack 1
            """;

    @BeforeAll
    static void namespacesCanBeMade() throws IOException {
        Namespaces.needed(TunBackEndTest.class);
    }

    private static RunResult run(Personality personality, String text) throws ScriptSyntaxException {
        BackEnds.TUN.rehearse(RunConfig.of(personality));
        return run(BackEnds.TUN, personality, text);
    }

    private static RunResult run(BackEnds backEnd, Personality personality, String text) throws ScriptSyntaxException {
        Script script = ScriptParser.parse(new ScriptSource("test", text), Definitions.none());
        return new ScriptRunner(RunConfig.of(personality), Definitions.none(), backEnd::open).run(script);
    }

    @Test
    void aScriptPassesOverTheKernel() throws ScriptSyntaxException {
        RunResult result = run(Personality.standard(), TRANSFER);
        assertTrue(result.passed(), () -> result.failure().orElse("") + result.exchange());
    }

    @Test
    void superSegmentsCrossTheKernelWhole() throws ScriptSyntaxException {
        RunResult result = run(Personality.linux(), TRANSFER);
        assertTrue(result.passed(), () -> result.failure().orElse("") + result.exchange());
    }

    @Test
    void everythingHappensAtTheMomentAtWhichItWouldInVirtualTime() throws ScriptSyntaxException {
        for (String text : List.of(TRANSFER, TIMEOUTS)) {
            RunResult virtual = run(BackEnds.SIMULATED, Personality.standard(), text);
            assertTrue(virtual.passed(), () -> virtual.failure().orElse("") + virtual.exchange());
            assertEquals(virtual.exchange(), run(Personality.standard(), text).exchange());
        }
    }

    /** Over a TAP device: addresses are found and packets in frames, plain and as super-segments, as in virtual time. */
    @Test
    void framesCrossTheKernel() throws ScriptSyntaxException {
        Script script = ScriptParser.parse(new ScriptSource("test", TRANSFER), Definitions.none());
        for (Mode mode : List.of(Mode.IPV4, Mode.IPV6)) {
            for (Personality personality : List.of(Personality.standard(), Personality.linux())) {
                RunConfig config = mode.apply(RunConfig.of(personality)).link(LinkKind.ETHERNET);
                BackEnds.TUN.rehearse(config);
                RunResult virtual = new ScriptRunner(config, Definitions.none(), BackEnds.SIMULATED::open).run(script);
                assertTrue(virtual.passed(), () -> virtual.failure().orElse("") + virtual.exchange());
                RunResult real = new ScriptRunner(config, Definitions.none(), BackEnds.TUN::open).run(script);
                assertEquals(virtual.exchange(), real.exchange(), () -> real.failure()
                        .orElse(""));
            }
        }
    }

    /** Two segments of which the second is the last: an acknowledgment at once, though it is one packet. */
    @Test
    void whatADeviceHasMergedArrivesMerged() throws ScriptSyntaxException {
        String merged =
                """
                --mss=500
                --tolerance_usecs=10000000
                 0    socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
                +0    bind(3, ..., ...) = 0
                +0    listen(3, 1) = 0
                +0    < S 0:0(0) win 65535 <mss 1000>
                +0    > S. 0:0(0) ack 1 <...>
                +0.1  < . 1:1(0) ack 1 win 8000
                +0    accept(3, ..., ...) = 4
                +0    < P. 1:701(700) ack 1 win 8000
                +0    > . 1:1(0) ack 701
                """;
        Personality freeBsd = Personality.freeBsd();
        for (String text : List.of(merged, merged.replace("--mss=500\n", ""))) {
            RunResult virtual = run(BackEnds.SIMULATED, freeBsd, text);
            assertEquals(virtual.exchange(), run(freeBsd, text).exchange());
        }
    }

    @Test
    void aWrongScriptFails() throws ScriptSyntaxException {
        RunResult result =
                run(Personality.standard(), TRANSFER.replace("ack 2001\n+0    read", "ack 2002\n+0    read"));
        assertEquals(11, result.position() == null ? 0 : result.position().line(), () -> result.failure()
                .orElse(""));
    }
}
