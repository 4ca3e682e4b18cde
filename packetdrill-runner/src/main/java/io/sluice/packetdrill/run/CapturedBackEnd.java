package io.sluice.packetdrill.run;

import io.netty.buffer.ByteBuf;
import io.sluice.packetdrill.language.ShellCommand;
import io.sluice.sim.PcapNg;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A back end whose packets, both ways, are written to a capture when the run is over: one run after the other, though
 * several may go on at the same time.
 */
final class CapturedBackEnd implements BackEnd {
    private final BackEnd backEnd;
    private final String script;
    private final PcapNg capture;
    private final List<Seen> packets = new ArrayList<>();

    /** A packet, which is a copy. */
    private record Seen(boolean inbound, long atNs, ByteBuf packet) {}

    CapturedBackEnd(BackEnd backEnd, String script, PcapNg capture) {
        this.backEnd = backEnd;
        this.script = script;
        this.capture = capture;
    }

    @Override
    public long nowNs() {
        return backEnd.nowNs();
    }

    @Override
    public void start() {
        backEnd.start();
    }

    @Override
    public boolean advance(long untilNs, BooleanSupplier enough) {
        return backEnd.advance(untilNs, enough);
    }

    @Override
    public long timerGranularityNs(long waitNs) {
        return backEnd.timerGranularityNs(waitNs);
    }

    @Override
    public long latestNs() {
        return backEnd.latestNs();
    }

    @Override
    public boolean mergesSegments() {
        return backEnd.mergesSegments();
    }

    @Override
    public void inject(ByteBuf packet, int segments) {
        packets.add(new Seen(true, backEnd.nowNs(), packet.copy()));
        backEnd.inject(packet, segments);
    }

    @Override
    public @Nullable Captured poll() {
        Captured captured = backEnd.poll();
        if (captured != null) {
            packets.add(new Seen(false, captured.atNs(), captured.packet().copy()));
        }
        return captured;
    }

    @Override
    public boolean hasCaptured() {
        return backEnd.hasCaptured();
    }

    @Override
    public @Nullable String linkFault() {
        return backEnd.linkFault();
    }

    @Override
    public SystemInterface systemCalls(FlowTracker flows) {
        return backEnd.systemCalls(flows);
    }

    @Override
    public void execute(ShellCommand command) throws RunFailure {
        backEnd.execute(command);
    }

    /** Writes the packets, those included that the script did not ask for. */
    @Override
    public void close() {
        for (Captured left = poll(); left != null; left = poll()) {
            left.packet().release();
        }
        backEnd.close();
        synchronized (capture) {
            for (Seen seen : packets) {
                if (seen.inbound()) {
                    capture.inbound(script, seen.packet(), seen.atNs());
                } else {
                    capture.outbound(script, seen.packet(), seen.atNs());
                }
                seen.packet().release();
            }
        }
    }
}
