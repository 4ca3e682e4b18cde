package io.sluice.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.tcp.AoInfo;
import io.sluice.tcp.AoKeyInfo;
import io.sluice.tun.namespace.NetworkNamespace;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The BGP session: everything arrives, no segment was refused, and only the new key is left on both sides. */
@Timeout(120)
final class BgpSessionTest {
    private static final int PREFIXES = 900_000;

    @ParameterizedTest
    @EnumSource
    void overAPipe(BgpSession.Family family) throws Exception {
        check(BgpSession.overPipe(PREFIXES, family, BgpSession::rolled));
    }

    @ParameterizedTest
    @EnumSource
    void withAPassword(BgpSession.Family family) throws Exception {
        assertEquals(PREFIXES / 10, BgpSession.overPipe(PREFIXES / 10, family, BgpSession::signed));
    }

    /** Two hosts of ours, and the kernel that forwards between their devices. */
    @ParameterizedTest
    @EnumSource
    @Tag("netns")
    void overTwoDevices(BgpSession.Family family) throws Exception {
        Optional<String> reason = NetworkNamespace.unavailable();
        if (reason.isPresent()) {
            System.err.println("NOT RUN: " + reason.get());
            Assumptions.abort(reason.get());
        }
        check(BgpSession.overTun(PREFIXES, family, BgpSession::rolled));
    }

    private static void check(BgpSession.Outcome o) {
        assertEquals(PREFIXES, o.prefixes());
        check(o.active(), o.activeKeys(), 4);
        check(o.passive(), o.passiveKeys(), 3);
    }

    private static void check(AoInfo info, List<AoKeyInfo> keys, int sendId) {
        assertEquals(0, info.bad() + info.missing() + info.unknownKey(), info::toString);
        assertEquals(sendId, info.currentKey());
        assertEquals(1, keys.size());
        assertTrue(keys.get(0).current() && keys.get(0).rnext() && keys.get(0).good() > 0);
        assertTrue(info.good() > keys.get(0).good(), "the old key was used, too");
    }
}
