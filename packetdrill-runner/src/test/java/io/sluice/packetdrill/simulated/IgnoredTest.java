package io.sluice.packetdrill.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.host.Host;
import io.sluice.host.HostConfig;
import io.sluice.packetdrill.command.Tool.Outcome;
import io.sluice.packetdrill.language.Definitions;
import io.sluice.packetdrill.language.Script;
import io.sluice.packetdrill.language.ScriptParser;
import io.sluice.packetdrill.language.ScriptSource;
import io.sluice.packetdrill.language.ScriptSyntaxException;
import io.sluice.tcp.Knob;
import io.sluice.tcp.KnobNames;
import io.sluice.tcp.KnobRange;
import io.sluice.tcp.Knobs;
import io.sluice.tcp.TcpProfile;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is not known is an error; what is ignored has a reason, and is no knob. */
final class IgnoredTest {
    private final Host host = new Host(HostConfig.builder(new SplittableRandom(1))
            .tcpProfile(TcpProfile.LINUX)
            .build());
    private final Knobs knobs = host.tcp().layer().knobs();
    private final SysctlTool sysctl = new SysctlTool(host.tcp().layer());

    private Outcome set(String nameAndValue) {
        return sysctl.run(List.of("sysctl", "-w", nameAndValue), List.of());
    }

    @Test
    void aNameThatIsNotKnownIsAnError() {
        assertEquals(
                "net.ipv4.tcp_no_such_thing=1: unknown",
                set("net.ipv4.tcp_no_such_thing=1").problem());
        assertEquals(
                "net.inet.tcp.no_such_thing=1: unknown",
                set("net.inet.tcp.no_such_thing=1").problem());
        assertEquals(
                "sluice.no_such_thing=1: unknown", set("sluice.no_such_thing=1").problem());
    }

    @Test
    void everyKnobCanBeSetByEachOfItsNames() {
        for (Knob knob : Knob.values()) {
            for (String name : List.of(knob.ownName(), knob.freebsdName(), knob.linuxName())) {
                long other = other(knob);
                if (!name.isEmpty()) {
                    assertNull(set(name + "=" + other).problem(), name);
                    assertEquals(other, knobs.get(knob), name);
                }
            }
        }
    }

    /** A value that it has not, and can have. */
    private long other(Knob knob) {
        long simple = knobs.get(knob) == 1 ? 0 : 1;
        long least = KnobRange.of(knob).least();
        long allowed = knobs.get(knob) == least ? least + 1 : least;
        return KnobRange.of(knob).contains(simple) ? simple : allowed;
    }

    @Test
    void aValueThatMeansNothingIsAnError() {
        assertTrue(String.valueOf(set("net.ipv4.tcp_ecn=6").problem()).contains("from 0 to 5"));
        assertTrue(String.valueOf(set("net.inet.tcp.ecn.enable=6").problem()).contains("from 0 to 5"));
        assertTrue(String.valueOf(set("net.ipv4.tcp_ecn_option=4").problem()).contains("from 0 to 3"));
        assertTrue(String.valueOf(set("net.ipv4.tcp_ecn_option=-1").problem()).contains("from 0 to 3"));
        assertTrue(String.valueOf(set("net.ipv4.tcp_ecn_option_beacon=4").problem())
                .contains("from 0 to 3"));
        assertTrue(String.valueOf(set("net.ipv4.tcp_ecn_fallback=0").problem()).contains("cannot"));
        assertNull(set("net.ipv4.tcp_ecn_fallback=1").problem());
    }

    @Test
    void bucketsOfFreeBsdAreAPartOfTheCache() {
        assertNull(set("net.inet.tcp.fastopen.ccache_bucket_limit=3").problem());
        assertEquals(3 * 2048, knobs.get(Knob.FAST_OPEN_CACHE_LIMIT));
        for (String value : List.of("-1", "4294967296", "many")) {
            assertNotNull(
                    set("net.inet.tcp.fastopen.ccache_bucket_limit=" + value).problem());
        }
        assertNotNull(set("net.inet.tcp.fastopen.client_enable=-1").problem());
        assertEquals(3 * 2048, knobs.get(Knob.FAST_OPEN_CACHE_LIMIT));
    }

    @Test
    void everythingIgnoredHasAReason() {
        Set<String> names = new HashSet<>();
        for (Ignored.Entry entry : Ignored.entries()) {
            assertTrue(entry.reason().length() > 20, entry.name());
            assertTrue(names.add(entry.name()), entry.name());
            assertTrue(KnobNames.find(entry.name()).isEmpty(), entry.name());
        }
    }

    @Test
    void whatTheStackCannotDoIsAnError() {
        for (IgnoredSysctl fixed : IgnoredSysctl.values()) {
            if (fixed.kind() == IgnoredSysctl.Kind.FIXED && !fixed.isKnob()) {
                assertNotNull(set(fixed.sysctlName() + "=77").problem(), fixed.sysctlName());
            }
        }
    }

    @Test
    void usesAreFound() throws ScriptSyntaxException {
        String text =
                """
                --speed=1gbit
                `../common/defaults.sh
                ../common/set_sysctls.py /proc/sys/net/ipv4/tcp_fack=1`
                0 `sysctl -w net.inet.tcp.hostcache.purgenow=1`
                """;
        Script script = ScriptParser.parse(new ScriptSource("test", text), Definitions.none());
        Set<String> used = Ignored.usedBy(script.select(name -> true));
        for (String each : List.of("--speed", "net.ipv4.tcp_fack", "net.inet.tcp.hostcache.purgenow")) {
            assertTrue(used.contains(each), () -> each + " in " + used);
        }
        assertFalse(used.contains("net.ipv4.tcp_sack"), "a knob");
    }
}
