package io.sluice.packetdrill.run;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The packets that the stack under test has sent, as a script asks for them: ICMP messages in their order and everything else in
 * its order, since a script that does not speak of ICMP need not know of it.
 */
final class SentPackets {
    private final BackEnd backEnd;
    private final BooleanSupplier observer;
    private final Queue<BackEnd.Captured> messages = new ArrayDeque<>();
    private final Queue<BackEnd.Captured> others = new ArrayDeque<>();

    /** @param observer asked whenever something happened, while time passes; ends the wait if it says so */
    SentPackets(BackEnd backEnd, BooleanSupplier observer) {
        this.backEnd = backEnd;
        this.observer = observer;
    }

    /**
     * The next packet, whose reference goes to the caller, or null if none comes in time.
     *
     * @param icmp whether an ICMP message is asked for
     */
    BackEnd.@Nullable Captured next(long untilNs, boolean icmp) {
        BackEnd.Captured next = queue(icmp).poll();
        while (next == null) {
            boolean came = backEnd.hasCaptured()
                    || backEnd.advance(untilNs, () -> observer.getAsBoolean() || backEnd.hasCaptured());
            if (!came) {
                return null;
            }
            take();
            next = queue(icmp).poll();
        }
        return next;
    }

    /** The next packet of those that have been sent already and are no ICMP, or null. */
    BackEnd.@Nullable Captured left() {
        while (backEnd.hasCaptured()) {
            take();
        }
        return others.poll();
    }

    /** Lets go of what nobody has asked for. */
    void release() {
        for (boolean icmp : new boolean[] {false, true}) {
            queue(icmp).forEach(c -> c.packet().release());
            queue(icmp).clear();
        }
    }

    private void take() {
        BackEnd.Captured captured = backEnd.poll();
        if (captured != null) {
            queue(IcmpPackets.isIcmp(captured.packet().nioBuffer())).add(captured);
        }
    }

    private Queue<BackEnd.Captured> queue(boolean icmp) {
        return icmp ? messages : others;
    }
}
