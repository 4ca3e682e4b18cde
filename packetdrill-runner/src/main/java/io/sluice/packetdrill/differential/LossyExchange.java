package io.sluice.packetdrill.differential;

import io.sluice.packetdrill.run.RunFailure;
import io.sluice.packetdrill.run.StepRecorder;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stream from the host under test to a receiver behind a network that loses, delays and repeats: each step delivers one segment,
 * or lets the host write or time pass. The network has a round trip of {@link #ROUND_TRIP_NS}, so that the timers of recovery are far
 * from each other and from the time that steps take.
 */
final class LossyExchange {
    private static final long MS = 1_000_000;
    private static final long ROUND_TRIP_NS = 60 * MS;

    /** A pause of more than a round trip, so that a repetition is not acknowledged in less than the original would have been. */
    private static final long PAUSE_NS = 100 * MS;

    /** Between two steps: more than the time in which a writer's segments are one burst. */
    private static final long MOMENT_NS = 2 * MS;

    /** Until a tail loss probe. */
    private static final long PROBE_NS = 150 * MS;

    /** Until a timeout that comes after the probe, and before the next one. */
    private static final long TIMEOUT_NS = 650 * MS;

    private static final int SEGMENT = 1000;
    private static final int MOST_SEGMENTS = 16;
    private static final int MOST_TIMEOUTS = 3;
    private static final Pattern SENT = Pattern.compile("> \\S+ (\\d+):(\\d+)\\(\\d+\\).*");

    private final Dice dice;
    private final Trial trial;
    private final LossyReceiver receiver = new LossyReceiver();
    private final List<UnderWay> underWay = new ArrayList<>();
    private long nowNs;
    private boolean timestamps;
    private int clock = 1000;
    private int timeouts;

    /** A segment that the network has, and when it is acknowledged at the earliest. */
    private record UnderWay(LossyReceiver.Range range, long backNs) {}

    LossyExchange(Dice dice, Trial trial) {
        this.dice = dice;
        this.trial = trial;
    }

    /** Makes and runs a script of at most {@code most} steps after the handshake. */
    void run(int most) throws RunFailure {
        open();
        add(write().waiting(ROUND_TRIP_NS));
        for (int n = dice.between(3, most); n > 0; n--) {
            add(step());
        }
    }

    private void open() throws RunFailure {
        timestamps = dice.chance(0.5);
        add(Step.of("socket(..., SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP) = 3"));
        add(Step.of("bind(3, ..., ...) = 0"));
        add(Step.of("listen(3, 5) = 0"));
        String stamp = timestamps ? "sackOK,TS val " + clock + " ecr 0" : "nop,nop,sackOK";
        add(Step.of("< S 0:0(0) win 65535 <mss " + (SEGMENT + (timestamps ? 12 : 0)) + "," + stamp + ",nop,wscale 7>")
                .waiting(ROUND_TRIP_NS));
        add(Step.of("< . 1:1(0) ack 1 win 2000" + options("")));
        add(new Step(List.of("accept(3, ..., ...) = 4", "fcntl(4, F_SETFL, O_RDWR | O_NONBLOCK) = -12345"), 0));
    }

    private Step step() {
        if (underWay.isEmpty() || dice.chance(0.1)) {
            return underWay.isEmpty() && dice.chance(0.4) ? pause() : write().waiting(pauseNs());
        }
        if (underWay.get(0).backNs > nowNs) {
            return look().waiting(PAUSE_NS);
        }
        if (dice.chance(0.04)) {
            return pause();
        }
        if (dice.chance(0.1)) {
            return look().waiting(MOMENT_NS);
        }
        List<UnderWay> back = underWay.stream().filter(u -> u.backNs <= nowNs).toList();
        int next = dice.chance(0.15) ? dice.below(back.size()) : 0; // one that overtakes, or the first
        while (next + 1 < back.size() && dice.chance(0.25)) {
            underWay.remove(back.get(next++)); // lost
        }
        UnderWay arrived = back.get(next);
        if (!dice.chance(0.03)) { // else it comes twice
            underWay.remove(arrived);
        }
        return acknowledge(arrived.range).waiting(pauseNs());
    }

    private Step write() {
        int octets = SEGMENT * dice.between(1, MOST_SEGMENTS) + (dice.chance(0.2) ? dice.between(1, SEGMENT - 1) : 0);
        return Step.of("send(4, ..., " + octets + ", 0) = -12345");
    }

    private static Step look() {
        return Step.of("ioctl(4, SIOCOUTQ, [0]) = 0");
    }

    private Step pause() {
        return look().waiting(timeouts++ < MOST_TIMEOUTS ? TIMEOUT_NS : PROBE_NS);
    }

    private long pauseNs() {
        double what = dice.below(1000) / 1000.0;
        return what < 0.6 ? MOMENT_NS : what < 0.9 ? PAUSE_NS : PROBE_NS;
    }

    private Step acknowledge(LossyReceiver.Range arrived) {
        receiver.take(arrived);
        String blocks = receiver.blocks(timestamps ? 3 : 4);
        return Step.of("< . 1:1(0) ack " + receiver.next() + " win 2000"
                + options(blocks.isEmpty() ? "" : "nop,nop,sack " + blocks));
    }

    private String options(String sack) {
        List<String> options = new ArrayList<>();
        if (timestamps) {
            options.add("nop,nop,TS val " + ++clock + " ecr " + StepRecorder.LATEST_TIMESTAMP);
        }
        if (!sack.isEmpty()) {
            options.add(sack);
        }
        return options.isEmpty() ? "" : " <" + String.join(",", options) + ">";
    }

    private void add(Step step) throws RunFailure {
        nowNs += step.waitNs();
        for (String effect : trial.add(step)) {
            Matcher sent = SENT.matcher(effect);
            if (sent.matches() && !effect.startsWith("> S")) {
                long end = Long.parseLong(sent.group(2));
                for (long at = Long.parseLong(sent.group(1)); at < end; at += SEGMENT) {
                    LossyReceiver.Range range = new LossyReceiver.Range(at, Math.min(at + SEGMENT, end));
                    underWay.add(new UnderWay(range, nowNs - step.waitNs() + ROUND_TRIP_NS));
                }
            }
        }
    }
}
