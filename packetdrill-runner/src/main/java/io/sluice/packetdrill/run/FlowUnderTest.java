package io.sluice.packetdrill.run;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The connection that packets without ports belong to, and how the numbers in the script relate to those on the wire: the
 * stack under test chooses its own port, initial sequence number and timestamp offset.
 *
 * <p>In a SYN the script writes sequence and acknowledgment numbers with initial numbers of its choice, which for the
 * remote side are those on the wire; in every other segment they count from the initial numbers, which are 0 there.
 */
final class FlowUnderTest {
    private final int remotePort;
    private int localPort;
    private boolean sequenceKnown;
    private int scriptedIsn;
    private int liveIsn;
    private boolean remoteIsnKnown;
    private int remoteIsn;
    private boolean timestampKnown;
    private int timestampOffset;
    private OptionalLong lastRequest = OptionalLong.empty();
    private final Map<Integer, Integer> timestamps = new HashMap<>();

    /** @param localPort 0 if it is not known yet */
    FlowUnderTest(int localPort, int remotePort) {
        this.localPort = localPort;
        this.remotePort = remotePort;
    }

    int localPort() {
        return localPort;
    }

    int remotePort() {
        return remotePort;
    }

    /** Takes the ports of an outbound packet, if it can belong to this flow. */
    boolean adopt(int packetLocalPort, int packetRemotePort) {
        if (packetRemotePort != remotePort || (localPort != 0 && localPort != packetLocalPort)) {
            return false;
        }
        localPort = packetLocalPort;
        return true;
    }

    /** The stack's initial sequence number is on the wire: the script calls it {@code scripted}. */
    void learnSequence(int live, long scripted) {
        if (!sequenceKnown) {
            sequenceKnown = true;
            scriptedIsn = (int) scripted;
            liveIsn = live;
        }
    }

    /** The stack's initial sequence number on the wire. */
    int liveIsn() {
        return liveIsn;
    }

    /** The remote side's. */
    int remoteIsn() {
        return remoteIsn;
    }

    /** The stack has chosen a new initial sequence number, {@code live}, which the script calls 0. */
    void restartSequence(int live) {
        sequenceKnown = true;
        scriptedIsn = 0;
        liveIsn = live;
    }

    /** The script injects a SYN of the remote side: its numbers count, unless the stack has taken one before. */
    void learnRemoteSequence(long scripted) {
        if (!remoteIsnKnown) {
            remoteIsn = (int) scripted;
        }
    }

    /** The stack acknowledges what the remote side has sent: from now on its initial sequence number is known. */
    void confirmRemoteSequence() {
        remoteIsnKnown = true;
    }

    /** A sequence number of the stack under test, on the wire; {@code syn}: in a SYN. */
    int liveSequence(long scripted, boolean syn) {
        return (int) scripted + liveIsn - (syn ? scriptedIsn : 0);
    }

    /** A sequence number of the stack under test, in the script; {@code syn}: in a SYN. */
    long scriptedSequence(int live, boolean syn) {
        return (live - liveIsn + (syn ? scriptedIsn : 0)) & 0xFFFF_FFFFL;
    }

    /** A sequence number of the remote side, on the wire; {@code syn}: in a SYN. */
    int liveRemoteSequence(long scripted, boolean syn) {
        return (int) scripted + (syn ? 0 : remoteIsn);
    }

    /** A sequence number of the remote side, in the script; {@code syn}: in a SYN. */
    long scriptedRemoteSequence(int live, boolean syn) {
        return (live - (syn ? 0 : remoteIsn)) & 0xFFFF_FFFFL;
    }

    /** The stack has sent REQ with this token (RFC 9868 §11.7). */
    void learnRequest(long token) {
        lastRequest = OptionalLong.of(token);
    }

    /** The token of the last one; empty before the first. */
    OptionalLong lastRequest() {
        return lastRequest;
    }

    /** The stack's timestamp value is on the wire: the script calls it {@code scripted}. */
    void learnTimestamp(int live, int scripted) {
        if (!timestampKnown) {
            timestampKnown = true;
            timestampOffset = live - scripted;
        }
        timestamps.put(scripted, live);
    }

    /** What the stack's timestamp value should be on the wire; empty before the first. */
    OptionalInt expectedTimestamp(int scripted) {
        return timestampKnown ? OptionalInt.of(scripted + timestampOffset) : OptionalInt.empty();
    }

    /** What to echo for a timestamp value of the stack that the script calls {@code scripted}. */
    int liveEcho(int scripted) {
        Integer seen = timestamps.get(scripted);
        return seen == null ? scripted : seen;
    }

    /** A timestamp value of the stack as the script would write it. */
    long scriptedTimestamp(int live) {
        return (timestampKnown ? live - timestampOffset : live) & 0xFFFF_FFFFL;
    }
}
