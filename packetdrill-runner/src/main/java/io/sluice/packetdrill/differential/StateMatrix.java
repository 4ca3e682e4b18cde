package io.sluice.packetdrill.differential;

import java.util.ArrayList;
import java.util.List;

/**
 * Every kind of segment in every state of a connection (RFC 9293 §3.3.2): with each combination of flags that means something,
 * and sequence and acknowledgment numbers at, inside and outside of the edges. With and without timestamps and SACK.
 */
final class StateMatrix {
    private static final String RECENT = " <nop,nop,TS val 1200 ecr 2147418113>"; // the last that the stack has sent
    private static final long MODULUS = 1L << 32;
    private static final long SHORT = 100;
    private static final int[] OFFSETS = {-1, 0, 1, -1000, 3_000_000, 30_000};

    private final List<List<Step>> scripts = new ArrayList<>();

    private StateMatrix() {}

    /**
     * How a state is reached.
     *
     * @param rcvNxt RCV.NXT then, counted from the peer's SYN
     * @param una SND.UNA
     * @param nxt SND.NXT
     * @param fd the socket
     * @param options what a segment has where timestamps are agreed
     */
    private record State(List<String> lines, long rcvNxt, long una, long nxt, int fd, String options) {
        State then(String line, long newRcvNxt, long newUna, long newNxt) {
            List<String> more = new ArrayList<>(lines);
            more.add(line);
            return new State(more, newRcvNxt, newUna, newNxt, fd, options);
        }
    }

    /** All scripts. */
    static List<List<Step>> scripts() {
        StateMatrix matrix = new StateMatrix();
        matrix.opening();
        matrix.open("");
        matrix.open(RECENT);
        return matrix.scripts;
    }

    private void opening() {
        List<String> passive = List.of(
                "socket(..., SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP) = 3",
                "bind(3, ..., ...) = 0",
                "listen(3, 5) = 0");
        State listen = new State(passive, 0, 0, 0, 3, "");
        all(listen, List.of("< . 0:0(0) ack 0 win 60000"));
        all(listen.then("< S 0:0(0) win 65535 <mss 1460>", 1, 0, 1), List.of("< . 1:1(0) ack 1 win 60000", "accept"));
        List<String> active =
                List.of("socket(..., SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP) = 3", "connect(3, ..., ...) = -12345");
        State sent = new State(active, 0, 0, 1, 3, "");
        all(sent, calls(3));
        State crossed = sent.then("< S 0:0(0) win 65535 <mss 1460,sackOK,TS val 1000 ecr 0,nop,wscale 7>", 1, 0, 1);
        all(new State(crossed.lines, 1, 0, 1, 3, RECENT), List.of());
    }

    private void open(String options) {
        String offered = options.isEmpty() ? "<mss 1460>" : "<mss 1460,sackOK,TS val 1000 ecr 0,nop,wscale 7>";
        String ack = " win 60000" + options.replace("1200", "1100");
        State open = new State(
                List.of(
                        "socket(..., SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP) = 3",
                        "bind(3, ..., ...) = 0",
                        "listen(3, 5) = 0",
                        "< S 0:0(0) win 65535 " + offered,
                        "< . 1:1(0) ack 1" + ack,
                        "accept"),
                1,
                1,
                1,
                4,
                options);
        all(open, calls(4));
        all(open.then("send(4, ..., 100, 0) = -12345", 1, 1, 101), calls(4));
        all(open.then("< P. 1:101(100) ack 1" + ack, 101, 1, 1), calls(4));
        for (boolean released : new boolean[] {false, true}) {
            String end = released ? "close(4) = -12345" : "shutdown(4, SHUT_WR) = -12345";
            List<String> after = released ? List.of("< . 2:2(0) ack 2" + ack) : calls(4);
            State finWait1 = open.then(end, 1, 1, 2);
            State finWait2 = finWait1.then("< . 1:1(0) ack 2" + ack, 1, 2, 2);
            State closeWait = open.then("< F. 1:1(0) ack 1" + ack, 2, 1, 1);
            all(finWait1, after);
            all(finWait2, after);
            all(finWait1.then("< F. 1:1(0) ack 1" + ack, 2, 1, 2), after); // CLOSING
            all(finWait2.then("< F. 1:1(0) ack 2" + ack, 2, 2, 2), after); // TIME-WAIT
            all(closeWait, released ? List.of() : after);
            all(closeWait.then(end, 2, 1, 2), after); // LAST-ACK
        }
    }

    /** What tells how the user sees it. */
    private static List<String> calls(int fd) {
        return List.of(
                "getsockopt(" + fd + ", SOL_SOCKET, SO_ERROR, [0], [4]) = 0",
                "poll([{fd=" + fd + ", events=POLLIN|POLLOUT|POLLRDHUP|POLLPRI, revents=0}], 1, 0) = ...",
                "recv(" + fd + ", ..., 1000, 0) = -12345",
                "send(" + fd + ", ..., 10, MSG_NOSIGNAL) = -12345");
    }

    /** One script for each segment: the state, the segment, and what tells what came of it. */
    private void all(State state, List<String> after) {
        for (int offset : OFFSETS) {
            long seq = Math.floorMod(state.rcvNxt + offset, MODULUS);
            if (MODULUS - seq < SHORT) {
                continue; // a script cannot write a segment that wraps
            }
            for (String segment : segments(state, seq)) {
                List<Step> steps = new ArrayList<>();
                state.lines.forEach(line -> steps.add(step(line)));
                steps.add(step(segment));
                after.forEach(line -> steps.add(step(line)));
                scripts.add(steps);
            }
        }
    }

    private static Step step(String line) {
        return line.equals("accept")
                ? new Step(List.of("accept(3, ..., ...) = 4", "fcntl(4, F_SETFL, O_RDWR | O_NONBLOCK) = -12345"), 0)
                : Step.of(line);
    }

    private static List<String> segments(State s, long seq) {
        List<String> segments = new ArrayList<>();
        String opening = " <mss 1000>";
        segments.add(segment("R", seq, 0, -1, ""));
        segments.add(segment("S", seq, 0, -1, opening));
        segments.add(segment("S", seq, 10, -1, opening));
        segments.add(segment("SF", seq, 0, -1, s.options));
        segments.add(segment("F", seq, 0, -1, s.options));
        segments.add(segment("P", seq, 10, -1, s.options));
        segments.add(segment("-", seq, 0, -1, s.options));
        segments.add(segment("FP.", seq, 10, s.nxt, s.options));
        for (long ack : new long[] {s.una, s.nxt, s.nxt + 1}) {
            segments.add(segment("R.", seq, 0, ack, ""));
            segments.add(segment("S.", seq, 0, ack, opening));
            segments.add(segment(".", seq, 0, ack, s.options));
            segments.add(segment("P.", seq, 10, ack, s.options));
            segments.add(segment("F.", seq, 0, ack, s.options));
        }
        return segments;
    }

    /** @param number or -1 for none */
    private static String acknowledgment(long number) {
        return number < 0 ? "" : " ack " + number;
    }

    private static String segment(String flags, long seq, int length, long ack, String options) {
        return "< " + flags + " " + seq + ":" + (seq + length) + "(" + length + ")" + acknowledgment(ack) + " win 60000"
                + options;
    }
}
