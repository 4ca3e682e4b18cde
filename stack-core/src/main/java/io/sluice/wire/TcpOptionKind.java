package io.sluice.wire;

/** TCP option kinds, and the lengths of those that have one (IANA TCP Parameters; RFC 9293 §3.2). */
public final class TcpOptionKind {
    /** End of Option List, one octet (RFC 9293 §3.2). */
    public static final int EOL = 0;

    /** No-Operation, one octet (RFC 9293 §3.2). */
    public static final int NOP = 1;

    /** Maximum Segment Size (RFC 9293 §3.2). */
    public static final int MSS = 2;

    /** Window Scale (RFC 7323 §2.2). */
    public static final int WINDOW_SCALE = 3;

    /** SACK-Permitted (RFC 2018 §2). */
    public static final int SACK_PERMITTED = 4;

    /** SACK (RFC 2018 §3). */
    public static final int SACK = 5;

    /** Timestamps (RFC 7323 §3.2). */
    public static final int TIMESTAMPS = 8;

    /** MD5 Signature (RFC 2385 §3.0). */
    public static final int MD5 = 19;

    /** User Timeout (RFC 5482 §3.3). */
    public static final int USER_TIMEOUT = 28;

    /** TCP Authentication Option (RFC 5925 §2.2). */
    public static final int AO = 29;

    /** Fast Open (RFC 7413 §2). */
    public static final int FAST_OPEN = 34;

    /** Accurate ECN, order 0: ECT(0), CE, ECT(1) (RFC 9768 §3.2.3). */
    public static final int ACC_ECN_0 = 172;

    /** Accurate ECN, order 1: ECT(1), CE, ECT(0) (RFC 9768 §3.2.3). */
    public static final int ACC_ECN_1 = 174;

    /** First of two kinds shared by experiments (RFC 6994 §3). */
    public static final int EXPERIMENT_1 = 253;

    /** Second of two kinds shared by experiments (RFC 6994 §3). */
    public static final int EXPERIMENT_2 = 254;

    /** The experiment identifier under which Fast Open was deployed before it had a kind (RFC 7413 §9). */
    public static final int FAST_OPEN_EXID = 0xF989;

    /** Octets of an MSS option. */
    public static final int MSS_LENGTH = 4;

    /** Octets of a Window Scale option. */
    public static final int WINDOW_SCALE_LENGTH = 3;

    /** Octets of a SACK-Permitted option. */
    public static final int SACK_PERMITTED_LENGTH = 2;

    /** Octets of a SACK option before its first block. */
    public static final int SACK_BASE_LENGTH = 2;

    /** Octets of a block of a SACK option. */
    public static final int SACK_BLOCK_LENGTH = 8;

    /** Octets of a Timestamps option. */
    public static final int TIMESTAMPS_LENGTH = 10;

    /** Octets of an MD5 Signature option. */
    public static final int MD5_LENGTH = 18;

    /** Octets of a User Timeout option. */
    public static final int USER_TIMEOUT_LENGTH = 4;

    /** Octets of a TCP-AO option before its MAC. */
    public static final int AO_BASE_LENGTH = 4;

    /** Octets of a Fast Open option before its cookie. */
    public static final int FAST_OPEN_BASE_LENGTH = 2;

    /** Octets of an experimental option before its data, with a 16-bit experiment identifier. */
    public static final int EXPERIMENT_BASE_LENGTH = 4;

    private TcpOptionKind() {}
}
