package io.sluice.packetdrill.differential;

import io.sluice.packetdrill.language.Symbols;
import io.sluice.packetdrill.run.Mode;
import io.sluice.packetdrill.run.Personality;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.posix.PosixProfile;
import io.sluice.tcp.Knob;
import io.sluice.tcp.TcpProfile;
import io.sluice.tcp.TcpStack;

/**
 * How the two are compared.
 *
 * @param mode with which IP and sockets
 * @param delaysAcks whether acknowledgments may wait, as they do by default; else both send them at once
 */
record Setting(Mode mode, boolean delaysAcks) {
    static final Setting USUAL = new Setting(Mode.IPV4, false);

    RunConfig config() {
        TcpProfile profile = delaysAcks
                ? TcpProfile.LINUX
                : TcpProfile.LINUX.with(Knob.ADAPTIVE_ACKS, 0).with(Knob.QUICK_ACK_SEGMENTS, Short.MAX_VALUE);
        return mode.apply(RunConfig.of(new Personality(
                profile,
                TcpStack.DEFAULT,
                PosixProfile.LINUX,
                Symbols.linux(),
                "linux",
                new Personality.Dialect(0, false, false))));
    }
}
