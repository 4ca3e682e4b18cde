package io.sluice.packetdrill.differential;

import io.sluice.packetdrill.run.Mode;
import io.sluice.packetdrill.run.StepRecorder;

/** Packets to inject: those that a connection consists of, and those that it has to withstand. */
final class PacketMenu {
    private static final int[] SIZES = {1, 10, 100, 536, 1000, 1400};

    private final Dice dice;
    private final StepRecorder recorder;
    private final RemoteHost remote;
    private final boolean isIpv6;

    PacketMenu(Dice dice, StepRecorder recorder, RemoteHost remote, Mode mode) {
        isIpv6 = mode == Mode.IPV6;
        this.dice = dice;
        this.recorder = recorder;
        this.remote = remote;
    }

    private static String segment(String flags, long seq, int length, String ack, int window, String options) {
        return "< " + flags + " " + seq + ":" + (seq + length) + "(" + length + ")" + ack + " win " + window + options;
    }

    private String ack() {
        return " ack " + recorder.nextSequence();
    }

    private int size() {
        return SIZES[dice.below(SIZES.length)];
    }

    /** Anything, in any state. */
    String any() {
        double what = dice.below(1000) / 1000.0;
        if (what < 0.30) {
            return data();
        } else if (what < 0.42) {
            return acknowledgment();
        } else if (what < 0.56) {
            return outOfOrder();
        } else if (what < 0.62) {
            return fin();
        } else if (what < 0.70) {
            return reset();
        } else if (what < 0.76) {
            return syn();
        } else if (what < 0.84) {
            return badAcknowledgment();
        } else if (what < 0.89) {
            return oddFlags();
        } else if (what < 0.92) {
            return oddTimestamp();
        } else if (what < 0.93) {
            return congested();
        } else if (what < 0.96) {
            return icmp();
        }
        return urgent();
    }

    private String data() {
        int n = size();
        String text =
                segment(dice.pick("P.", ".", "P."), remote.next(), n, ack(), remote.window(), remote.segmentOptions());
        remote.sent(n);
        return text;
    }

    private String acknowledgment() {
        long unacknowledged = Math.max(0, recorder.nextSequence() - dice.pick(0, 0, 0, 1, 500, 1000, 1460, 3000));
        return segment(
                ".",
                remote.next(),
                0,
                " ack " + Math.max(1, unacknowledged),
                remote.window(),
                remote.acknowledgmentOptions());
    }

    private String outOfOrder() {
        if (dice.chance(0.25)) {
            return overlapping();
        }
        long seq = Math.max(
                1, remote.next() + dice.pick(-2000, -1000, -100, -10, -1, 1, 10, 100, 1000, 3000, 30_000, 2_000_000));
        int n = dice.chance(0.2) ? 0 : size();
        return segment(dice.chance(0.1) ? "FP." : ".", seq, n, ack(), remote.window(), remote.segmentOptions());
    }

    private String fin() {
        int n = dice.chance(0.3) ? size() : 0;
        String text = segment("F.", remote.next(), n, ack(), remote.window(), remote.segmentOptions());
        remote.sent(n + 1);
        return text;
    }

    /** RFC 5961 §3: exact, inside the window, outside it. */
    private String reset() {
        long seq = Math.max(0, remote.next() + dice.pick(0, 0, 0, 1, 100, -1, -100, 3_000_000));
        String flags = dice.pick("R", "R.", "R");
        return segment(
                flags,
                seq,
                dice.chance(0.1) ? 10 : 0,
                flags.equals("R.") ? ack() : "",
                0,
                dice.chance(0.5) ? remote.segmentOptions() : "");
    }

    /** RFC 5961 §4. */
    private String syn() {
        long seq = Math.max(0, remote.next() + dice.pick(0, 0, -1, 1, 100, (int) -remote.next(), 3_000_000));
        String flags = dice.pick("S", "S", "S.");
        return segment(flags, seq, 0, flags.equals("S.") ? ack() : "", 1000, dice.pick("", " <mss 1000>"));
    }

    /** RFC 5961 §5: older than any window, or of what was never sent. */
    private String badAcknowledgment() {
        long ahead = dice.pick(1, 100, 100_000, -100_000, -2_000_000, 2_000_000_000);
        long ack = recorder.nextSequence() + ahead;
        int n = ahead > 0 && dice.chance(0.4) ? size() : 0;
        return segment(
                ".",
                remote.next(),
                n,
                " ack " + (ack & 0xFFFF_FFFFL),
                remote.window(),
                ahead < 0 ? "" : remote.segmentOptions());
    }

    private String oddFlags() {
        String flags = dice.pick("P", "F", "SF.", "SF", "FRP.", "SR", "FSRP.", "-");
        int n = dice.chance(0.3) ? size() : 0;
        boolean hasAck = flags.endsWith(".");
        return segment(flags, remote.next(), n, hasAck ? ack() : "", remote.window(), remote.segmentOptions());
    }

    /** RFC 7323 §5: too old, missing where they were agreed, there where they were not. */
    private String oddTimestamp() {
        int n = size();
        String options = dice.pick(
                "",
                " <nop,nop,TS val 1 ecr 0>",
                " <nop,nop,TS val " + (remote.clock() - 500) + " ecr 1>",
                " <nop,nop,TS val " + (remote.clock() + 2_000_000_000) + " ecr 0>",
                " <nop,nop,TS val " + remote.clock() + " ecr 4000000000>");
        String text = segment(".", remote.next(), n, ack(), remote.window(), options);
        if (!remote.hasTimestamps()) {
            remote.sent(n);
        }
        return text;
    }

    /** RFC 3168: marks of congestion, whether they were agreed or not. */
    private String congested() {
        int n = size();
        String text = segment(
                dice.pick("E.", "W.", "EW."), remote.next(), n, ack(), remote.window(), remote.segmentOptions());
        remote.sent(n);
        return text;
    }

    /** Text whose beginning and whose end may be old, new or ahead: trimmed at both edges. */
    private String overlapping() {
        long seq = Math.max(1, remote.next() - dice.pick(1, 10, 500, 1400, 3000));
        int n = dice.pick(2, 500, 1400);
        String text =
                segment(dice.chance(0.15) ? "FP." : "P.", seq, n, ack(), remote.window(), remote.segmentOptions());
        remote.sent(Math.max(0, seq + n - remote.next()));
        return text;
    }

    private String urgent() {
        int n = size();
        String text = "< " + dice.pick("PU.", "U.") + " " + remote.next() + ":" + (remote.next() + n) + "(" + n + ")"
                + ack() + " win " + remote.window() + " urg " + dice.pick(1, n, n + 10, 5) + remote.segmentOptions();
        remote.sent(n);
        return text;
    }

    private String icmp() {
        long seq = Math.max(0, recorder.nextSequence() - dice.pick(1, 1, 100, 1000, -1000, 100_000));
        String quoted = " [" + seq + ":" + (seq + 100) + "(100)]";
        if (isIpv6) {
            return "< icmp "
                    + dice.pick(
                            "unreachable no_route",
                            "unreachable port_unreachable",
                            "unreachable admin_prohibited",
                            "unreachable address_unreachable",
                            "packet_too_big mtu 1300",
                            "packet_too_big mtu 600")
                    + quoted;
        }
        return "< icmp unreachable "
                + dice.pick(
                        "host_unreachable",
                        "port_unreachable",
                        "net_unreachable",
                        "protocol_unreachable",
                        "source_route_failed",
                        "net_prohibited",
                        "frag_needed mtu 1000",
                        "frag_needed mtu 60")
                + quoted;
    }

    /** While a SYN is on its way. */
    String whileConnecting() {
        return switch (dice.below(7)) {
            case 0 -> segment("S.", 0, 0, " ack " + dice.pick(0, 2, 1000), 1000, " <mss 1000>");
            case 1 -> segment("R.", 0, 0, " ack " + dice.pick(0, 1, 2), 0, "");
            case 2 -> segment("R", dice.pick(0, 1), 0, "", 0, "");
            case 3 -> segment(".", dice.pick(0, 1), dice.pick(0, 10), " ack " + dice.pick(0, 1, 2), 1000, "");
            case 4 -> segment("F", 0, 0, "", 1000, "");
            case 5 ->
                "< icmp unreachable "
                        + dice.pick(
                                isIpv6 ? "address_unreachable" : "host_unreachable",
                                "port_unreachable",
                                "net_unreachable")
                        + " ["
                        + dice.pick("0:0(0)", "5:5(0)") + "]";
            default -> segment("P", 0, 10, "", 1000, "");
        };
    }

    /** To a socket that listens, from somebody who is not connected. */
    String toListener() {
        return switch (dice.below(6)) {
            case 0 -> segment(".", 0, 0, " ack 1", 1000, "");
            case 1 -> segment("R", 0, 0, "", 0, "");
            case 2 -> segment("F", 0, 0, "", 1000, "");
            case 3 -> segment("S.", 0, 0, " ack 1", 1000, "");
            case 4 -> segment("P", 0, 10, "", 1000, "");
            default -> segment("SR", 0, 0, "", 1000, "");
        };
    }
}
