package io.sluice.udp;

import io.sluice.udp.ReceivedOptions.Outcome;
import io.sluice.wire.UdpOptionKind;
import io.sluice.wire.UdpOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Goes through one surplus area and says what it holds: RFC 9868 §8 to §12 and §14, in the order in which options occur.
 * Reused: fields are about the latest {@link #scan}.
 */
final class OptionScan {
    /** More NOPs in a row than alignment needs (§11.2). */
    private static final int MAX_NOP_RUN = 7;

    private final UdpOptions view = new UdpOptions();
    private final long[] seen = new long[4];
    private DatagramOptions.Builder found = DatagramOptions.builder();
    private List<Integer> ignored = new ArrayList<>(0);
    private OptionRules rules = OptionRules.STANDARD;
    private Set<Integer> unsafeExperiments = Set.of();
    private boolean inFragments;
    private boolean unsafeAccepted;
    private boolean otherThanMustSupport;
    private int userLength;
    private int udpOffset;

    /** Whether there is an APC, and with a length that it can have. */
    boolean hasApc;

    boolean apcHasLength;
    int apc;

    /** Whether a good FRAG was seen; its fields. */
    boolean frag;

    boolean terminal;
    int fragStart;
    int identification;
    int fragOffset;
    int reassembledOptionStart;

    /** What was found, if the outcome is PROCESSED. */
    DatagramOptions.Builder found() {
        return found;
    }

    List<Integer> ignored() {
        return ignored;
    }

    boolean hasLongNopRun() {
        return view.longestNopRun() > MAX_NOP_RUN;
    }

    /**
     * Looks at what is behind the user data of a datagram.
     *
     * @param newUdpOffset where in {@code b} the UDP header is, or would be
     * @param newUserLength octets of user data
     * @param surplusLength octets behind them, at least 1
     * @param udpChecksum UDP's checksum field; 0 after reassembly
     * @param reassembled whether the datagram came in fragments
     */
    Outcome scan(
            ByteBuffer b,
            int newUdpOffset,
            int newUserLength,
            int surplusLength,
            int udpChecksum,
            boolean reassembled,
            UdpSocketOptions socket) {
        reset(socket, reassembled);
        userLength = newUserLength;
        udpOffset = newUdpOffset;
        // UDP headers start at even octets of an IP datagram, so the parity of the user data decides (§8).
        boolean odd = (newUserLength & 1) != 0;
        if (!view.wrap(b, newUdpOffset + 8 + newUserLength, surplusLength, odd) || !view.isPaddingZero()) {
            return Outcome.NO_OPTIONS_AREA;
        }
        if (view.ocs() == 0) {
            if (udpChecksum != 0) {
                return Outcome.CHECKSUM_MISSING; // RFC 9868 §14: unused OCS needs an unused UDP checksum
            }
        } else if (!view.isOcsValid()) {
            return Outcome.CHECKSUM_WRONG;
        }
        return walk(b);
    }

    private void reset(UdpSocketOptions socket, boolean reassembled) {
        rules = socket.optionRules;
        unsafeExperiments = socket.unsafeExperiments;
        found = DatagramOptions.builder();
        ignored = ignored.isEmpty() ? ignored : new ArrayList<>(0);
        seen[0] = 0;
        seen[1] = 0;
        seen[2] = 0;
        seen[3] = 0;
        inFragments = reassembled;
        unsafeAccepted = false;
        otherThanMustSupport = false;
        hasApc = false;
        apcHasLength = false;
        apc = 0;
        frag = false;
    }

    private Outcome walk(ByteBuffer b) {
        for (int n = 1; view.next(); n++) {
            // RFC 9868 §25.3: how many are looked at is limited
            Outcome so = n > rules.maxOptions() ? Outcome.TOO_MANY : option(b);
            if (so != Outcome.PROCESSED) {
                return so;
            }
        }
        if (view.malformed() || (rules.checkRestZero() && !view.isRestZero())) {
            return Outcome.MALFORMED; // RFC 9868 §10, §11.1: then all options are discarded
        }
        // RFC 9868 §12: UNSAFE options are used only as part of fragments
        return unsafeAccepted && !frag && !inFragments ? Outcome.UNSAFE_UNSUPPORTED : Outcome.PROCESSED;
    }

    private Outcome option(ByteBuffer b) {
        int kind = view.kind();
        if (UdpOptionKind.isUnsafe(kind)) {
            return unsafe(b);
        }
        if (kind == UdpOptionKind.FRAG) {
            return fragment();
        }
        if (!UdpOptionKind.isMustSupport(kind)) {
            otherThanMustSupport = true;
        } else if (otherThanMustSupport && rules.strictOrder()) {
            return Outcome.OUT_OF_ORDER;
        }
        if (view.length() < minLength(kind)) {
            return Outcome.MALFORMED; // RFC 9868 §10: an error that calls the rest into question
        }
        if (isFirst(kind)) {
            safe(b, kind);
        }
        return Outcome.PROCESSED;
    }

    /** RFC 9868 §10: of what occurs more than once, the first counts; NOP, FRAG, EXP and UEXP are exceptions. */
    private boolean isFirst(int kind) {
        long bit = 1L << kind;
        boolean first = (seen[kind >>> 6] & bit) == 0;
        seen[kind >>> 6] |= bit;
        return first || kind == UdpOptionKind.EXP;
    }

    private static int minLength(int kind) {
        return switch (kind) {
            case UdpOptionKind.APC -> UdpOptions.APC_LENGTH;
            case UdpOptionKind.MDS -> UdpOptions.MDS_LENGTH;
            case UdpOptionKind.MRDS -> UdpOptions.MRDS_LENGTH;
            case UdpOptionKind.REQ, UdpOptionKind.RES -> UdpOptions.ECHO_LENGTH;
            case UdpOptionKind.TIME -> UdpOptions.TIME_LENGTH;
            case UdpOptionKind.EXP -> UdpOptions.EXP_MIN_LENGTH;
            default -> 0;
        };
    }

    private void safe(ByteBuffer b, int kind) {
        boolean exact = view.length() == minLength(kind) && !view.isExtended();
        // RFC 9868 §10: an option whose length is not one of its kind's is malformed, and ignored
        if (kind == UdpOptionKind.APC) {
            hasApc = true;
            apcHasLength = exact; // §11.3: another length is treated as a wrong checksum
            apc = view.apc();
            found.payloadChecksum();
        } else if (kind == UdpOptionKind.EXP && (!view.isExtended() || view.length() > UdpOptions.MAX_SHORT_LENGTH)) {
            found.experiment(experiment(b, false));
        } else if (!exact || !known(kind)) {
            ignored.add(kind);
        }
    }

    private boolean known(int kind) {
        switch (kind) {
            case UdpOptionKind.MDS -> found.maxDatagramSize(view.maxDatagramSize());
            case UdpOptionKind.MRDS -> found.maxReassembled(view.maxReassembledSize(), view.maxReassembledSegments());
            case UdpOptionKind.REQ -> found.request(view.token());
            case UdpOptionKind.RES -> found.response(view.token());
            case UdpOptionKind.TIME -> found.receivedTime(view.timeValue(), view.timeEcho());
            default -> {
                return false;
            }
        }
        return true;
    }

    private Experiment experiment(ByteBuffer b, boolean unsafe) {
        byte[] contents = new byte[view.valueLength() - 2];
        b.get(view.valueOffset() + 2, contents);
        return new Experiment(unsafe, view.experimentId(), contents);
    }

    /** RFC 9868 §10: an unsupported one ends everything. UCMP and UENC are reserved, so nobody supports them. */
    private Outcome unsafe(ByteBuffer b) {
        if (view.kind() != UdpOptionKind.UEXP
                || !view.isExperiment()
                || !unsafeExperiments.contains(view.experimentId())) {
            return Outcome.UNSAFE_UNSUPPORTED;
        }
        unsafeAccepted = true;
        found.experiment(experiment(b, true));
        return Outcome.PROCESSED;
    }

    private Outcome fragment() {
        if (userLength != 0) {
            return Outcome.FRAGMENT_WITH_USER_DATA; // RFC 9868 §11.4: all options are ignored
        }
        if (frag || inFragments) {
            return Outcome.MALFORMED; // §10: FRAG twice; and what was put together is no fragment
        }
        if (!view.isFrag() || !view.endAt(udpOffset + view.fragStart())) {
            return Outcome.UNSAFE_UNSUPPORTED; // §10: what a malformed FRAG is treated as
        }
        frag = true;
        terminal = view.isTerminalFrag();
        fragStart = view.fragStart();
        identification = view.fragIdentification();
        fragOffset = view.fragOffsetBytes();
        reassembledOptionStart = view.reassembledOptionStart();
        return Outcome.PROCESSED;
    }
}
