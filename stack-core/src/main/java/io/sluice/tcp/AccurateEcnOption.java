package io.sluice.tcp;

import io.sluice.wire.TcpOptionKind;
import io.sluice.wire.TcpOptionWriter;
import java.nio.ByteBuffer;

/**
 * The option of AccECN that leaves: RFC 9768 §3.2.3. It has the counters that change, or all that fit, as
 * {@link Knob#ACCECN_ALL_COUNTERS} says.
 */
final class AccurateEcnOption {
    /** No option leaves. */
    static final int NONE = -1;

    private static final int HEAD_LENGTH = 2;
    private static final int FIELD_LENGTH = 3;
    private static final int FIELDS = 3;

    /** Values of {@link Knob#ACCECN_OPTION}. */
    private static final long WHEN_CHANGED = 1;

    private static final long EVEN_IF_LOST = 3;

    /** RFC 9768 §3.2.3.3: two SACK blocks go before any option. */
    private static final int BLOCKS_FIRST = 2;

    private final TcpContext context;

    /** What the latest {@link #fields} leaves of the SACK blocks. */
    private int blocksBeside;

    AccurateEcnOption(TcpContext context) {
        this.context = context;
    }

    /** RFC 9768 §3.2.3.2.1, §3.2.3.2.2: whether a SYN-ACK that agrees has the option, which its repetitions do without. */
    boolean tellsInSynAck(int synAce, int repetitions) {
        return synAce != 0 && repetitions == 0 && context.knobs.get(Knob.ACCECN_OPTION) != 0;
    }

    /** The same of a connection's own SYN-ACK; never of a SYN. */
    boolean tellsInSyn(TcpConnection c) {
        AccurateEcn.State s = AccurateEcn.of(c);
        return s != null && !c.options.noOptions && tellsInSynAck(s.synAce, c.tcb.snd.synRetries);
    }

    /**
     * The option of a SYN-ACK, before anything is counted: the initial values of §3.2.1, in two fields, or no field, as there is
     * room.
     *
     * @return where it ends
     */
    static int writeInitial(ByteBuffer b, int at, int room) {
        if (room < HEAD_LENGTH) {
            return at;
        }
        int fields = padded(HEAD_LENGTH + 2 * FIELD_LENGTH) <= room ? 2 : 0;
        int p = TcpOptionWriter.accEcnHead(b, at, TcpOptionKind.ACC_ECN_0, fields);
        if (fields == 2) {
            p = TcpOptionWriter.accEcnField(b, p, AccurateEcn.FIRST_OCTETS);
            p = TcpOptionWriter.accEcnField(b, p, 0);
        }
        return p;
    }

    /** The same with {@code fields} counters of all three, ECT(1)'s first, without padding. */
    static int writeAllInitial(ByteBuffer b, int at, int fields) {
        return writeAll(b, at, fields, AccurateEcn.FIRST_OCTETS, 0, AccurateEcn.FIRST_OCTETS);
    }

    /**
     * How many counters of all fit {@code room} octets, or {@link #NONE}.
     *
     * @param saved octets of padding, before the option that follows, which this one may take the place of
     */
    static int fieldsIn(int room, int saved) {
        int fields = FIELDS;
        while (fields >= 0 && lengthOf(fields, saved) > room) {
            fields--;
        }
        return fields;
    }

    private static int lengthOf(int fields, int saved) {
        int length = HEAD_LENGTH + fields * FIELD_LENGTH;
        return length % 4 > saved ? padded(length) : length - length % 4;
    }

    /**
     * The option where there is room behind {@code used} octets of others: as many counters as fit, those that change first. Segments
     * that are full have none, so that no path MTU is exceeded.
     *
     * @return where it ends
     */
    int write(TcpConnection c, AccurateEcn.State s, ByteBuffer b, int at, int used, int payloadLength, long nowNs) {
        long policy = context.knobs.get(Knob.ACCECN_OPTION);
        if (isForbidden(s, policy) || (policy == WHEN_CHANGED && !s.optionDue && !isBeaconDue(c, s, nowNs))) {
            return at;
        }
        boolean ect1 = s.receivedEct1 != AccurateEcn.FIRST_OCTETS;
        int fields = fieldsToTell(s, ect1, SegmentWriter.room(c, used, payloadLength));
        if (fields == 0) {
            return at;
        }
        int p = TcpOptionWriter.accEcnHead(b, at, ect1 ? TcpOptionKind.ACC_ECN_1 : TcpOptionKind.ACC_ECN_0, fields);
        p = TcpOptionWriter.accEcnField(b, p, ect1 ? s.receivedEct1 : s.receivedEct0);
        p = TcpOptionWriter.accEcnField(b, p, s.receivedCe);
        if (fields == FIELDS) {
            p = TcpOptionWriter.accEcnField(b, p, s.receivedEct0);
        }
        p = TcpOptionWriter.nopsUntil(b, at, p, 0);
        s.toldEct0 = ect1 && fields < FIELDS ? s.toldEct0 : s.receivedEct0;
        s.optionDue = false;
        s.optionSentNs = nowNs;
        return p;
    }

    private static boolean isForbidden(AccurateEcn.State s, long policy) {
        return policy == 0 || (s.optionLost && policy < EVEN_IF_LOST);
    }

    /** How many counters to tell in {@code room} octets, 0 for no option; the one that matters, of marked octets, is the second. */
    private static int fieldsToTell(AccurateEcn.State s, boolean ect1, int room) {
        int fields = fieldsIn(room, 0);
        if (!ect1) {
            return fields < 2 ? 0 : 2; // the third has not changed since the handshake (§3.2.3.2)
        }
        int least = s.receivedEct0 == s.toldEct0
                ? 2
                : FIELDS; // what has changed and does not fit: nothing is told (§3.2.3.3)
        return fields < least ? 0 : fields;
    }

    private static int padded(int length) {
        return (length + 3) / 4 * 4;
    }

    /** RFC 9768 §3.2.3.3: what has not changed is told three times in a round trip. */
    private boolean isBeaconDue(TcpConnection c, AccurateEcn.State s, long nowNs) {
        long beacons = context.knobs.get(Knob.ACCECN_BEACONS);
        return beacons > 0 && nowNs - s.optionSentNs >= c.tcb.rtt.srttNs / beacons;
    }

    /** Whether options with all counters go to the peer of {@code s}: as long as it has sent one itself, and they are not lost. */
    private boolean tellsAll(AccurateEcn.State s) {
        return s.optionSeen && !isForbidden(s, context.knobs.get(Knob.ACCECN_OPTION));
    }

    /**
     * How many of all counters to tell in {@code room} octets beside SACK blocks that are within it already, or {@link #NONE}. Those
     * that have changed must fit; if they do not, blocks beyond the second make way: {@link #blocksBeside}.
     */
    int fields(TcpConnection c, AccurateEcn.State s, int room, int blocks, long nowNs) {
        boolean always = context.knobs.get(Knob.ACCECN_OPTION) > WHEN_CHANGED;
        blocksBeside = blocks;
        if (!tellsAll(s) || (!always && s.optionDemand == 0 && !isBeaconDue(c, s, nowNs))) {
            return NONE;
        }
        int saved = blocks > 0 ? 2 : 0;
        int fields = fieldsIn(room, saved);
        int kept = blocks;
        while (fields < s.leastFields && kept > BLOCKS_FIRST) {
            kept--;
            fields = fieldsIn(room + (blocks - kept) * TcpOptionKind.SACK_BLOCK_LENGTH, saved);
        }
        if (fields < s.leastFields) {
            return NONE;
        }
        blocksBeside = kept;
        return fields;
    }

    /** How many SACK blocks the latest {@link #fields} leaves. */
    int blocksBeside() {
        return blocksBeside;
    }

    /** Writes what {@link #fields} has decided, without padding, and returns where it ends. */
    static int writeAll(AccurateEcn.State s, ByteBuffer b, int at, int fields, long nowNs) {
        s.leastFields = 0;
        s.optionDemand = (byte) Math.max(0, s.optionDemand - 1);
        s.optionSentNs = nowNs;
        return writeAll(b, at, fields, s.receivedEct1, s.receivedCe, s.receivedEct0);
    }

    private static int writeAll(ByteBuffer b, int at, int fields, int ect1, int ce, int ect0) {
        int p = TcpOptionWriter.accEcnHead(b, at, TcpOptionKind.ACC_ECN_1, fields);
        p = fields > 0 ? TcpOptionWriter.accEcnField(b, p, ect1) : p;
        p = fields > 1 ? TcpOptionWriter.accEcnField(b, p, ce) : p;
        return fields > 2 ? TcpOptionWriter.accEcnField(b, p, ect0) : p;
    }

    /** The peer's option, or its loss, says whether every segment has one: then text leaves room for it. */
    void reserve(TcpConnection c, AccurateEcn.State s, long nowNs) {
        boolean always = context.knobs.isOn(Knob.ACCECN_ALL_COUNTERS)
                && context.knobs.get(Knob.ACCECN_OPTION) > WHEN_CHANGED
                && tellsAll(s);
        OptionChanges.accurateEcnLength(c, always ? padded(HEAD_LENGTH + FIELDS * FIELD_LENGTH) : 0, nowNs);
    }

    /** What just left reported this duplicate, beside an option or not: RFC 9768 §3.2.3.2.2. */
    static void onDuplicateTold(AccurateEcn.State s, boolean besideOption, int left) {
        s.duplicateTold = besideOption;
        s.duplicateLeft = left;
    }

    /** RFC 9768 §3.2.3.2.2: text came again of which an acknowledgment with an option has just said that it was here twice. */
    void onOldText(TcpConnection c, int left, long nowNs) {
        AccurateEcn.State s = AccurateEcn.of(c);
        if (s != null && s.duplicateTold && s.duplicateLeft == left) {
            s.optionLost = true;
            reserve(c, s, nowNs);
        }
    }
}
