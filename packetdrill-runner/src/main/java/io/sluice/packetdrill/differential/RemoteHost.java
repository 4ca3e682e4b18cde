package io.sluice.packetdrill.differential;

import io.sluice.packetdrill.run.StepRecorder;
import java.util.ArrayList;
import java.util.List;

/** The other end, played by the script: what it has sent, and what was agreed. */
final class RemoteHost {
    private static final int SACK_BLOCKS = 3;

    private final Dice dice;
    private final StepRecorder recorder;
    private long next = 1;
    private boolean timestamps;
    private boolean sack;
    private boolean scaling;
    private int clock = 1000;

    RemoteHost(Dice dice, StepRecorder recorder) {
        this.dice = dice;
        this.recorder = recorder;
    }

    /** The first sequence number that it has not sent, counted from its SYN. */
    long next() {
        return next;
    }

    /** It has sent so much more. */
    void sent(long sequenceNumbers) {
        next += sequenceNumbers;
    }

    boolean hasTimestamps() {
        return timestamps;
    }

    /** The clock that its timestamps tell, which has moved on since it was last asked. */
    int clock() {
        clock += dice.between(0, 3);
        return clock;
    }

    /** A window field: usually one that does not matter. */
    int window() {
        if (dice.chance(0.92)) {
            return 60_000;
        }
        return dice.chance(0.5) ? 0 : dice.pick(1, 100, 500, 1000, 2000);
    }

    private String options() {
        List<String> options = new ArrayList<>();
        if (dice.chance(0.9)) {
            options.add("mss " + dice.pick(1460, 1460, 1000, 536, 9000));
        }
        sack = dice.chance(0.7);
        timestamps = dice.chance(0.5);
        scaling = dice.chance(0.7);
        if (sack) {
            options.add(timestamps ? "sackOK" : "nop,nop,sackOK");
        } else if (timestamps) {
            options.add("nop,nop");
        }
        if (timestamps) {
            options.add("TS val " + clock() + " ecr 0");
        }
        if (scaling) {
            options.add("nop");
            options.add("wscale " + dice.pick(0, 2, 7, 7, 14));
        }
        return options.isEmpty() ? "" : " <" + String.join(",", options) + ">";
    }

    /** RFC 9293 §3.5, figure 7: it opens, too, and offers all that the stack has offered. */
    String simultaneousSyn() {
        sack = true;
        timestamps = true;
        scaling = true;
        return "< S 0:0(0) win 65535 <mss 1460,sackOK,TS val " + clock() + " ecr 0,nop,wscale 7>";
    }

    String syn() {
        String flags = dice.chance(0.06) ? "SEW" : "S";
        int data = dice.chance(0.05) ? 10 : 0;
        return "< " + flags + " 0:" + data + "(" + data + ") win " + dice.pick(65_535, 32_792) + options();
    }

    String synAck() {
        String flags = dice.chance(0.06) ? "SE." : "S.";
        return "< " + flags + " 0:0(0) ack 1 win " + dice.pick(65_535, 32_792) + options();
    }

    String handshakeAck() {
        int data = dice.chance(0.1) ? dice.pick(1, 100, 1000) : 0;
        String flags = dice.chance(0.04) ? "F." : ".";
        String text = "< " + flags + " 1:" + (1 + data) + "(" + data + ") ack 1 win " + window() + segmentOptions();
        sent(data + (flags.equals("F.") ? 1 : 0));
        return text;
    }

    /** What a segment has where timestamps were agreed. */
    String segmentOptions() {
        return timestamps ? " <nop,nop," + timestamp() + ">" : "";
    }

    /** The option by itself. */
    String timestamp() {
        return "TS val " + clock() + " ecr " + StepRecorder.LATEST_TIMESTAMP;
    }

    /** The options of an acknowledgment that may report what came out of order, or claims to. */
    String acknowledgmentOptions() {
        if (!sack || dice.chance(0.6)) {
            return segmentOptions();
        }
        List<String> blocks = new ArrayList<>();
        for (int n = dice.between(1, SACK_BLOCKS); n > 0; n--) {
            long end = Math.max(2, recorder.nextSequence() - dice.below(3000) + (dice.chance(0.1) ? 5000 : 0));
            long start = Math.max(1, end - dice.between(1, 3000));
            blocks.add(dice.chance(0.06) ? end + ":" + start : start + ":" + end);
        }
        String option = "nop,nop,sack " + String.join(" ", blocks);
        return " <" + (timestamps ? "nop,nop," + timestamp() + "," : "") + option + ">";
    }
}
