package io.sluice.posix;

import io.sluice.time.Deadline;

/** SO_LINGER with a time: {@code close} shuts both directions, and waits for what was written to be acknowledged. */
final class Lingering {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final StreamSocket stream;
    private final long untilNs;

    Lingering(StreamSocket stream, long nowNs) {
        this.stream = stream;
        untilNs = Deadline.after(nowNs, ns());
    }

    /** How long it may take. */
    long ns() {
        return ns(stream);
    }

    private static long ns(StreamSocket stream) {
        return stream.options().lingerSeconds * NS_PER_SECOND;
    }

    /** Shuts both directions if that is wanted; whether there is something to wait for. What is unread has close reset. */
    static boolean starts(StreamSocket stream, long nowNs) {
        boolean wanted =
                !stream.isListening() && ns(stream) > 0 && stream.socket().readableBytes() == 0;
        return wanted
                && stream.socket().shutdownOutput(nowNs) == null
                && stream.socket().shutdownInput() == null
                && isOn(stream);
    }

    private static boolean isOn(StreamSocket stream) {
        return switch (stream.socket().state()) {
            case FIN_WAIT_1, CLOSING, LAST_ACK -> true; // something, or the FIN, is not acknowledged
            default -> false;
        };
    }

    /** Closes, if there is nothing left to wait for or no time. */
    void attempt(Call call, long nowNs) {
        if (!isOn(stream) || nowNs >= untilNs) {
            stream.close(nowNs);
            call.complete(0);
        }
    }
}
