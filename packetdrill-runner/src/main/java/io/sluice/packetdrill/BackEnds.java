package io.sluice.packetdrill;

import io.sluice.packetdrill.kernel.KernelBackEnd;
import io.sluice.packetdrill.language.Definitions;
import io.sluice.packetdrill.language.Script;
import io.sluice.packetdrill.language.ScriptParser;
import io.sluice.packetdrill.language.ScriptSource;
import io.sluice.packetdrill.language.ScriptSyntaxException;
import io.sluice.packetdrill.run.BackEnd;
import io.sluice.packetdrill.run.LinkKind;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.ScriptRunner;
import io.sluice.packetdrill.simulated.SimulatedBackEnd;
import io.sluice.packetdrill.tun.TunBackEnd;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** What scripts can be run against. */
public enum BackEnds {
    /** The stack in process, in virtual time. */
    SIMULATED(false),

    /** The stack on a TUN device, or for an Ethernet a TAP device, in a network namespace, in real time. */
    TUN(true),

    /** The TCP of the Linux kernel that this program runs on, in real time. */
    KERNEL(true);

    private static final String REHEARSAL = "/io/sluice/packetdrill/kernel/rehearsal.pkt";
    private static final int REHEARSALS = 4;
    private static final int REHEARSALS_IN_VIRTUAL_TIME = 300;

    private final boolean realTime;

    BackEnds(boolean realTime) {
        this.realTime = realTime;
    }

    /** The one of that name, in any case. */
    public static Optional<BackEnds> named(String name) {
        for (BackEnds each : values()) {
            if (each.toString().equals(name.toLowerCase(Locale.ROOT))) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** Whether the stack can be reached over such a link. */
    public boolean has(LinkKind link) {
        return link == LinkKind.IP || this != KERNEL;
    }

    /**
     * Makes one, for one run.
     *
     * @throws IllegalArgumentException if it has not the link that is asked for
     */
    public BackEnd open(RunConfig config) {
        if (!has(config.network().link())) {
            throw new IllegalArgumentException(
                    this + " has no link of kind " + config.network().link());
        }
        return switch (this) {
            case SIMULATED -> new SimulatedBackEnd(config);
            case TUN -> new TunBackEnd(config);
            case KERNEL -> new KernelBackEnd(config);
        };
    }

    /**
     * Has loaded and compiled what scripts use, where that would take time from the first ones: runs a script that is no
     * test a few times.
     */
    public void rehearse(RunConfig config) {
        if (!realTime) {
            return;
        }
        try (InputStream in = Objects.requireNonNull(BackEnds.class.getResourceAsStream(REHEARSAL))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Script script = ScriptParser.parse(new ScriptSource("rehearsal.pkt", text), Definitions.none());
            if (this == TUN) { // the same stack, and virtual time is soon over
                rehearse(SIMULATED, config, script, REHEARSALS_IN_VIRTUAL_TIME);
            }
            rehearse(this, config, script, REHEARSALS);
        } catch (IOException | ScriptSyntaxException e) {
            throw new IllegalStateException("the rehearsal's script cannot be read", e);
        }
    }

    private static void rehearse(BackEnds against, RunConfig config, Script script, int times) {
        ScriptRunner runner = new ScriptRunner(config, Definitions.none(), against::open);
        for (int i = 0; i < times; i++) {
            runner.run(script);
        }
    }

    /**
     * Whether time passes by itself: then scripts run one at a time, since others would disturb them, and a run may fail by
     * bad luck.
     */
    public boolean isRealTime() {
        return realTime;
    }

    /** The name in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
