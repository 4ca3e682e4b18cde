package io.sluice.packetdrill.differential;

import io.sluice.packetdrill.run.Mode;
import io.sluice.packetdrill.run.RunFailure;
import io.sluice.packetdrill.run.StepRecorder;
import java.util.List;

/**
 * Makes a random script while it runs against the stack, so that most of what it injects means something: it knows what
 * the stack has sent and acknowledged. The script that comes of it holds plain numbers, and can be run against anything.
 */
final class ScriptGenerator {
    private static final long MS = 1_000_000;

    /** Long enough for a delayed acknowledgment, and too short for a retransmission. */
    private static final long SHORT_WAIT_NS = 60 * MS;

    /** Long enough for one retransmission. */
    private static final long LONG_WAIT_NS = 290 * MS;

    private final Dice dice;
    private final RemoteHost remote;
    private final CallMenu calls;
    private final PacketMenu packets;
    private final Trial trial;
    private int longWaits;

    ScriptGenerator(Dice dice, StepRecorder recorder, Trial trial, Mode mode) {
        this.dice = dice;
        this.trial = trial;
        this.remote = new RemoteHost(dice, recorder);
        this.calls = new CallMenu(dice);
        this.packets = new PacketMenu(dice, recorder, remote, mode);
    }

    /** Makes and runs a script with at most {@code most} steps after the beginning of a connection. */
    void run(int most) throws RunFailure {
        if (dice.chance(0.7)) {
            passiveOpen();
        } else {
            activeOpen();
        }
        for (int n = dice.between(1, most); n > 0; n--) {
            add((dice.chance(0.6) ? Step.of(packets.any()) : calls.any()).waiting(waitNs()));
        }
        add(Step.of(CallMenu.close(calls.connection())).waiting(dice.chance(0.5) ? SHORT_WAIT_NS : 0));
        for (int n = dice.below(4); n > 0; n--) {
            add(Step.of(packets.any()).waiting(waitNs()));
        }
    }

    private long waitNs() {
        if (dice.chance(0.12)) {
            return SHORT_WAIT_NS;
        }
        if (longWaits < 2 && dice.chance(0.04)) {
            longWaits++;
            return LONG_WAIT_NS;
        }
        return 0;
    }

    private List<String> add(Step step) throws RunFailure {
        return trial.add(step);
    }

    private void passiveOpen() throws RunFailure {
        add(Step.of("socket(..., SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP) = 3"));
        if (dice.chance(0.3)) {
            add(Step.of(calls.optionBefore(3)));
        }
        add(Step.of("bind(3, ..., ...) = 0"));
        add(Step.of("listen(3, 5) = 0"));
        calls.connection(3);
        if (dice.chance(0.1)) {
            add(Step.of(packets.toListener()));
        }
        add(Step.of(remote.syn()));
        if (dice.chance(0.25) && !remote.hasTimestamps()) {
            for (int n = dice.between(1, 3); n > 0; n--) {
                add(Step.of(packets.any()));
            }
        }
        add(Step.of(remote.handshakeAck()));
        List<String> accepted = add(accept());
        if (accepted.contains("accept = as written")) {
            calls.connection(4);
        }
        if (dice.chance(0.3)) {
            add(Step.of(calls.optionAfter()));
        }
    }

    private static Step accept() {
        return new Step(List.of("accept(3, ..., ...) = 4", "fcntl(4, F_SETFL, O_RDWR | O_NONBLOCK) = -12345"), 0);
    }

    private void activeOpen() throws RunFailure {
        add(Step.of("socket(..., SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP) = 3"));
        calls.connection(3);
        if (dice.chance(0.3)) {
            add(Step.of(calls.optionBefore(3)));
        }
        add(Step.of("connect(3, ..., ...) = -12345"));
        for (int n = dice.chance(0.3) ? dice.between(1, 3) : 0; n > 0; n--) {
            add(Step.of(packets.whileConnecting()));
        }
        if (dice.chance(0.15)) {
            add(Step.of(remote.simultaneousSyn()));
            add(Step.of(remote.handshakeAck()));
        } else {
            add(Step.of(remote.synAck()));
        }
    }
}
