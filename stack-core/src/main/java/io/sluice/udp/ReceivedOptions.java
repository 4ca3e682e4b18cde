package io.sluice.udp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of the surplus area of a received datagram (RFC 9868 §14, §15): the options in it and whether they were good.
 * FRAG, NOP and EOL are not told of. Immutable.
 */
public final class ReceivedOptions {
    /** Whether the options count, or why none of them does. The user data is delivered in each case. */
    public enum Outcome {
        /** They were processed. */
        PROCESSED,
        /** The option checksum is wrong (§9). */
        CHECKSUM_WRONG,
        /** There is no option checksum, though there is one of UDP (§14). */
        CHECKSUM_MISSING,
        /** What aligns the option checksum is not zero, or there is no room for it (§8). */
        NO_OPTIONS_AREA,
        /** A length is impossible, FRAG comes twice, or the octets behind EOL are not zero (§10, §11.1). */
        MALFORMED,
        /** There are more options than are looked at (§25.3). */
        TOO_MANY,
        /** Must-support options stand behind others, and the socket is strict about that (§10). */
        OUT_OF_ORDER,
        /** FRAG with user data beside it (§11.4). */
        FRAGMENT_WITH_USER_DATA,
        /** An UNSAFE option that is not understood (§10), or FRAG with a format that is none. */
        UNSAFE_UNSUPPORTED
    }

    private final Outcome outcome;
    private final DatagramOptions options;
    private final boolean payloadChecksumWrong;
    private final List<Integer> ignored;
    private final @Nullable FragmentReport fragments;

    ReceivedOptions(
            Outcome outcome,
            DatagramOptions options,
            boolean payloadChecksumWrong,
            List<Integer> ignored,
            @Nullable FragmentReport fragments) {
        this.outcome = outcome;
        this.options = options;
        this.payloadChecksumWrong = payloadChecksumWrong;
        this.ignored = ignored;
        this.fragments = fragments;
    }

    /** Whether they count. */
    public Outcome outcome() {
        return outcome;
    }

    /** The options; none unless {@link Outcome#PROCESSED}. */
    public DatagramOptions options() {
        return options;
    }

    /** Whether there is an APC, and the user data are not what it was computed over (§11.3). */
    public boolean isPayloadChecksumWrong() {
        return payloadChecksumWrong;
    }

    /** The kinds of SAFE options that are not known, or have a length that they cannot have; each once. */
    public List<Integer> ignoredKinds() {
        return ignored;
    }

    /** What the fragments had beside their data, if the datagram came in some and the socket asks for it. */
    public @Nullable FragmentReport fragments() {
        return fragments;
    }

    @Override
    public String toString() {
        return outcome + " " + options + (payloadChecksumWrong ? " APC wrong" : "")
                + (ignored.isEmpty() ? "" : " ignored " + ignored) + (fragments == null ? "" : " " + fragments);
    }
}
