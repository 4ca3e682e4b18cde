package io.sluice.udp;

/**
 * How the passages of RFC 9868 are read that can be read in several ways, and the choices that it leaves to a receiver. One
 * value for a socket; {@link #STANDARD} is what this stack thinks right, and docs/udp-options.md says why.
 *
 * @param fragmentOrigin what Frag. Offset is counted from (§11.4)
 * @param payloadChecksumOrder the order of octets in APC (§11.3)
 * @param unsafeOutsideFragment what becomes of a datagram with user data and an UNSAFE option, outside any fragment
 * @param duplicateFragments what an exact duplicate of a fragment does (§11.4)
 * @param checkRestZero whether the octets behind EOL are checked (§11.1)
 * @param strictOrder whether all options are dropped if must-support options stand behind others (§10)
 * @param maxOptions how many options of a datagram are looked at, NOPs not counted (§25.3)
 * @param optionChecksum whether OCS is computed where UDP's checksum is not (§9); elsewhere it always is
 */
public record OptionRules(
        FragmentOrigin fragmentOrigin,
        PayloadChecksumOrder payloadChecksumOrder,
        UnsafeOutsideFragment unsafeOutsideFragment,
        DuplicateFragments duplicateFragments,
        boolean checkRestZero,
        boolean strictOrder,
        int maxOptions,
        boolean optionChecksum) {
    /** Which octet of the original datagram has Frag. Offset 0. */
    public enum FragmentOrigin {
        /** The first of its UDP header, which itself is not carried: data starts at 8; but an atomic fragment says 0. */
        UDP_HEADER,
        /** The first of its user data. */
        USER_DATA
    }

    /** Two ways to write down a CRC. */
    public enum PayloadChecksumOrder {
        /** The most significant octet of the number first. */
        NETWORK,
        /** The least significant first, as iSCSI's digests are printed in RFC 7143 Appendix A.4. */
        ISCSI
    }

    /** Sections 10 and 12 ask for different things. */
    public enum UnsafeOutsideFragment {
        /** The user data is dropped (§12). */
        DROP,
        /** The options are dropped, and the user data is delivered (§10). */
        DELIVER
    }

    /** Exact duplicates may be kept apart from overlaps. */
    public enum DuplicateFragments {
        /** They are dropped. */
        IGNORE,
        /** They are overlaps: the whole datagram is given up. */
        ABANDON
    }

    private static final int DEFAULT_MAX_OPTIONS = 32;

    /** What this stack does unless it is told otherwise. */
    public static final OptionRules STANDARD = new OptionRules(
            FragmentOrigin.UDP_HEADER,
            PayloadChecksumOrder.NETWORK,
            UnsafeOutsideFragment.DROP,
            DuplicateFragments.IGNORE,
            true,
            false,
            DEFAULT_MAX_OPTIONS,
            true);

    /** The same with another {@link #fragmentOrigin}. */
    public OptionRules with(FragmentOrigin origin) {
        return new OptionRules(
                origin,
                payloadChecksumOrder,
                unsafeOutsideFragment,
                duplicateFragments,
                checkRestZero,
                strictOrder,
                maxOptions,
                optionChecksum);
    }

    /** The same with another {@link #payloadChecksumOrder}. */
    public OptionRules with(PayloadChecksumOrder order) {
        return new OptionRules(
                fragmentOrigin,
                order,
                unsafeOutsideFragment,
                duplicateFragments,
                checkRestZero,
                strictOrder,
                maxOptions,
                optionChecksum);
    }

    /** The same with another {@link #unsafeOutsideFragment}. */
    public OptionRules with(UnsafeOutsideFragment unsafe) {
        return new OptionRules(
                fragmentOrigin,
                payloadChecksumOrder,
                unsafe,
                duplicateFragments,
                checkRestZero,
                strictOrder,
                maxOptions,
                optionChecksum);
    }

    /** The same with other {@link #duplicateFragments}. */
    public OptionRules with(DuplicateFragments duplicates) {
        return new OptionRules(
                fragmentOrigin,
                payloadChecksumOrder,
                unsafeOutsideFragment,
                duplicates,
                checkRestZero,
                strictOrder,
                maxOptions,
                optionChecksum);
    }
}
