package io.sluice.packetdrill.differential;

import io.sluice.packetdrill.language.Symbols;
import io.sluice.packetdrill.run.Mode;
import io.sluice.packetdrill.run.Personality;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.posix.PosixProfile;

/**
 * How the two are compared.
 *
 * @param mode with which IP and sockets
 */
record Setting(Mode mode, Topic topic) {
    static final Setting USUAL = new Setting(Mode.IPV4, Topic.EVERYTHING);

    boolean delaysAcks() {
        return topic == Topic.WAITING_ACKS;
    }

    RunConfig config() {
        return mode.apply(RunConfig.of(new Personality(
                topic.profile(),
                topic.stack(),
                PosixProfile.LINUX,
                Symbols.linux(),
                "linux",
                new Personality.Dialect(0, false, topic == Topic.LOSS_RECOVERY))));
    }
}
