package io.sluice.udp;

import io.sluice.wire.UdpOptionKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * UDP options of a datagram (RFC 9868): those to be sent with one, or those that came with one. Immutable.
 *
 * <p>In which order options are sent is not for users to say (§15): as the RFC lists them, must-support options first.
 */
public final class DatagramOptions {
    /** No options. */
    public static final DatagramOptions NONE = builder().build();

    /** What {@link #maxDatagramSize} and {@link #maxReassembledSize} return without that option. */
    public static final int ABSENT = -1;

    /** As a size to be sent: what this host can receive. */
    static final int OWN = -2;

    /** Whether a datagram is sent in UDP fragments (§11.4). */
    public enum Fragments {
        /** Never: what is too large for a packet is IP's to cut, or refused. */
        NEVER,
        /** If it does not fit into a packet. */
        WHERE_NEEDED,
        /** Always, be it as a single one, which hides user data from receivers that know no UDP options. */
        ALWAYS
    }

    private final boolean apc;
    private final int mds;
    private final int mrdsBytes;
    private final int mrdsSegments;
    private final boolean hasRequest;
    private final int request;
    private final boolean hasResponse;
    private final int response;
    private final int timeValue;
    private final int timeEcho;
    private final boolean hasTime;
    private final List<Experiment> experiments;
    private final Fragments fragments;
    private final int maxFragmentBytes;
    private final @Nullable DatagramOptions perFragment;
    private final int minLengthBytes;
    private final int peerMaxBytes;
    private final int peerMaxSegments;

    private DatagramOptions(Builder b) {
        apc = b.apc;
        mds = b.mds;
        mrdsBytes = b.mrdsBytes;
        mrdsSegments = b.mrdsSegments;
        hasRequest = b.hasRequest;
        request = b.request;
        hasResponse = b.hasResponse;
        response = b.response;
        hasTime = b.hasTime;
        timeValue = b.timeValue;
        timeEcho = b.timeEcho;
        experiments = List.copyOf(b.experiments);
        fragments = b.fragments;
        maxFragmentBytes = b.maxFragmentBytes;
        perFragment = b.perFragment;
        minLengthBytes = b.minLengthBytes;
        peerMaxBytes = b.peerMaxBytes;
        peerMaxSegments = b.peerMaxSegments;
    }

    /** Starts without options. */
    public static Builder builder() {
        return new Builder();
    }

    /** Whether there is an option of this kind, of those that users see ({@link UdpOptionKind}). */
    public boolean has(int kind) {
        return switch (kind) {
            case UdpOptionKind.APC -> apc;
            case UdpOptionKind.MDS -> mds != ABSENT;
            case UdpOptionKind.MRDS -> mrdsBytes != ABSENT;
            case UdpOptionKind.REQ -> hasRequest;
            case UdpOptionKind.RES -> hasResponse;
            case UdpOptionKind.TIME -> hasTime;
            case UdpOptionKind.EXP -> experiments.stream().anyMatch(e -> !e.unsafe());
            case UdpOptionKind.UEXP -> isUnsafe();
            default -> false;
        };
    }

    /** Whether the user data has a checksum of its own (APC). */
    public boolean hasPayloadChecksum() {
        return apc;
    }

    /** MDS: the largest datagram or fragment that the sender believes it can receive in one packet, or ABSENT. */
    public int maxDatagramSize() {
        return mds;
    }

    /** MRDS: the largest datagram that the sender can put together, with UDP header and options; or ABSENT. */
    public int maxReassembledSize() {
        return mrdsBytes;
    }

    /** MRDS: from how many fragments; meaningful with {@link #maxReassembledSize}. */
    public int maxReassembledSegments() {
        return mrdsSegments;
    }

    /** Whether there is a REQ. */
    public boolean hasRequest() {
        return hasRequest;
    }

    /** The token of REQ; any number. */
    public int request() {
        return request;
    }

    /** Whether there is a RES. */
    public boolean hasResponse() {
        return hasResponse;
    }

    /** The token of RES. */
    public int response() {
        return response;
    }

    /** Whether there is a TIME. */
    public boolean hasTime() {
        return hasTime;
    }

    /** TSval, not 0 (§11.8). */
    public int timeValue() {
        return timeValue;
    }

    /** TSecr: a TSval of the peer, or 0 if nothing is echoed. */
    public int timeEcho() {
        return timeEcho;
    }

    /** EXP and UEXP: to be sent in this order; received ones in that of their ExIDs. */
    public List<Experiment> experiments() {
        return experiments;
    }

    /** Whether there is an UNSAFE option, so that the datagram has to be sent as fragments, be it one (§12). */
    public boolean isUnsafe() {
        for (int i = 0; i < experiments.size(); i++) {
            if (experiments.get(i).unsafe()) {
                return true;
            }
        }
        return false;
    }

    /** Of what is sent: whether in UDP fragments. */
    public Fragments fragments() {
        return isUnsafe() || (perFragment != null && perFragment.isUnsafe()) ? Fragments.ALWAYS : fragments;
    }

    /** Of what is sent: octets of IP payload in a fragment at most, or 0 for what the path carries. */
    public int maxFragmentBytes() {
        return maxFragmentBytes;
    }

    /** Of what is sent: options that each fragment has, too. */
    public DatagramOptions perFragment() {
        return perFragment == null ? NONE : perFragment;
    }

    /** Of what is sent: octets of IP payload at least; zeros behind the options fill what is missing. */
    public int minLengthBytes() {
        return minLengthBytes;
    }

    /** What the peer can reassemble, if it was said with {@link Builder#peerReassembles}; else 0. */
    int peerMaxBytes() {
        return peerMaxBytes;
    }

    /** From how many fragments; else 0. */
    int peerMaxSegments() {
        return peerMaxSegments;
    }

    /** Whether any option is there, or anything is asked for that needs a surplus area. */
    boolean needsSurplus() {
        return apc
                || mds != ABSENT
                || mrdsBytes != ABSENT
                || hasRequest
                || hasResponse
                || hasTime
                || !experiments.isEmpty()
                || minLengthBytes != 0
                || fragments() != Fragments.NEVER;
    }

    /** The same, and a RES. */
    DatagramOptions withResponse(int token) {
        return new Builder(this).response(token).build();
    }

    /** What was set, for logs. */
    @Override
    public String toString() {
        StringBuilder s = new StringBuilder("{");
        if (apc) {
            s.append("APC ");
        }
        if (mds != ABSENT) {
            s.append("MDS ").append(mds).append(' ');
        }
        if (mrdsBytes != ABSENT) {
            s.append("MRDS ").append(mrdsBytes).append('/').append(mrdsSegments).append(' ');
        }
        if (hasRequest) {
            s.append("REQ ").append(Integer.toHexString(request)).append(' ');
        }
        if (hasResponse) {
            s.append("RES ").append(Integer.toHexString(response)).append(' ');
        }
        if (hasTime) {
            s.append("TIME ").append(timeValue).append('/').append(timeEcho).append(' ');
        }
        experiments.forEach(e -> s.append(e).append(' '));
        return s.toString().strip() + "}";
    }

    /** Collects options. */
    public static final class Builder {
        private boolean apc;
        private int mds = ABSENT;
        private int mrdsBytes = ABSENT;
        private int mrdsSegments;
        private boolean hasRequest;
        private int request;
        private boolean hasResponse;
        private int response;
        private boolean hasTime;
        private int timeValue;
        private int timeEcho;
        private final List<Experiment> experiments = new ArrayList<>(0);
        private Fragments fragments = Fragments.NEVER;
        private int maxFragmentBytes;
        private @Nullable DatagramOptions perFragment;
        private int minLengthBytes;
        private int peerMaxBytes;
        private int peerMaxSegments;

        private Builder() {}

        /** Starts from {@code from}. */
        private Builder(DatagramOptions from) {
            apc = from.apc;
            mds = from.mds;
            mrdsBytes = from.mrdsBytes;
            mrdsSegments = from.mrdsSegments;
            hasRequest = from.hasRequest;
            request = from.request;
            hasResponse = from.hasResponse;
            response = from.response;
            hasTime = from.hasTime;
            timeValue = from.timeValue;
            timeEcho = from.timeEcho;
            experiments.addAll(from.experiments);
            fragments = from.fragments;
            maxFragmentBytes = from.maxFragmentBytes;
            perFragment = from.perFragment;
            minLengthBytes = from.minLengthBytes;
            peerMaxBytes = from.peerMaxBytes;
            peerMaxSegments = from.peerMaxSegments;
        }

        /** APC: a CRC-32C of the user data (§11.3). */
        public Builder payloadChecksum() {
            apc = true;
            return this;
        }

        /** MDS: as the MTU of the way to the peer has it (§11.5). */
        public Builder maxDatagramSize() {
            mds = OWN;
            return this;
        }

        /** MDS: 0..65535. */
        public Builder maxDatagramSize(int octets) {
            mds = checked(octets, 0, 0xFFFF);
            return this;
        }

        /** MRDS: what the socket can reassemble, as its options have it (§11.6). */
        public Builder maxReassembled() {
            mrdsBytes = OWN;
            return this;
        }

        /** MRDS: 0..65535 octets from 0..255 fragments. */
        public Builder maxReassembled(int octets, int segments) {
            mrdsBytes = checked(octets, 0, 0xFFFF);
            mrdsSegments = checked(segments, 0, 0xFF);
            return this;
        }

        /** REQ: asks the peer's user to send the token back (§11.7). */
        public Builder request(int token) {
            hasRequest = true;
            request = token;
            return this;
        }

        /**
         * RES: answers the REQ of what was received. There is no other way to send one, as its token must have been
         * received (§11.7).
         *
         * @throws IllegalArgumentException if that had none
         */
        public Builder respondTo(ReceivedOptions received) {
            if (!received.options().hasRequest()) {
                throw new IllegalArgumentException("no REQ: " + received);
            }
            return response(received.options().request());
        }

        Builder response(int token) {
            hasResponse = true;
            response = token;
            return this;
        }

        /**
         * TIME (§11.8).
         *
         * @param value TSval: not 0; goes up
         * @param echo TSecr: a TSval of the peer, or 0
         * @throws IllegalArgumentException if {@code value} is 0
         */
        public Builder time(int value, int echo) {
            if (value == 0) {
                throw new IllegalArgumentException("0 is no time"); // RFC 9868 §11.8: MUST NOT
            }
            return receivedTime(value, echo);
        }

        Builder receivedTime(int value, int echo) {
            hasTime = true;
            timeValue = value;
            timeEcho = echo;
            return this;
        }

        /** EXP or UEXP; the latter makes the datagram a fragment. Not twice with the same ExID: §10 says SHOULD NOT. */
        public Builder experiment(Experiment experiment) {
            experiments.add(experiment);
            return this;
        }

        /** Whether the datagram may be sent, or is sent in any case, in UDP fragments. */
        public Builder fragments(Fragments newFragments) {
            fragments = newFragments;
            return this;
        }

        /**
         * Octets of IP payload (UDP header, options and data) in a fragment at most; 0 for what the path carries.
         *
         * @throws IllegalArgumentException if it is less than 64
         */
        public Builder maxFragmentBytes(int octets) {
            maxFragmentBytes = octets == 0 ? 0 : checked(octets, 64, 0xFFFF);
            return this;
        }

        /** Options that each fragment has, beside those of the datagram. APC is none: a fragment has no user data. */
        public Builder perFragment(DatagramOptions options) {
            perFragment = options;
            return this;
        }

        /** What the peer can put together is what it said with its MRDS in {@code received}, if it did (§11.6). */
        public Builder peerReassembles(DatagramOptions received) {
            peerMaxBytes = Math.max(0, received.maxReassembledSize());
            peerMaxSegments = received.has(UdpOptionKind.MRDS) ? received.maxReassembledSegments() : 0;
            return this;
        }

        /** Octets of IP payload at least (§15): the datagram is filled up with zeros behind its options. */
        public Builder minLengthBytes(int octets) {
            minLengthBytes = checked(octets, 0, 0xFFFF);
            return this;
        }

        /** What a fragment has: it has no user data, so APC is as good as unknown (§11.4). */
        Builder ofFragment() {
            apc = false;
            return this;
        }

        /** RFC 9868 §25.2: what was received is told in an order that says nothing of that in the packet. */
        Builder inReferenceOrder() {
            experiments.sort(Comparator.comparing(Experiment::unsafe).thenComparing(Experiment::id));
            return this;
        }

        private static int checked(int value, int min, int max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(value + " is not in " + min + ".." + max);
            }
            return value;
        }

        /** The options. */
        public DatagramOptions build() {
            return new DatagramOptions(this);
        }
    }
}
