package io.sluice.wire;

/** Kinds of UDP options (RFC 9868 §10, Table 1). */
public final class UdpOptionKind {
    /** End of Options List: one octet, the rest is zero. */
    public static final int EOL = 0;

    /** No Operation: one octet. */
    public static final int NOP = 1;

    /** Additional Payload Checksum: a CRC-32C of the user data (§11.3). */
    public static final int APC = 2;

    /** Fragmentation (§11.4). */
    public static final int FRAG = 3;

    /** Maximum Datagram Size (§11.5). */
    public static final int MDS = 4;

    /** Maximum Reassembled Datagram Size (§11.6). */
    public static final int MRDS = 5;

    /** Echo Request (§11.7). */
    public static final int REQ = 6;

    /** Echo Response (§11.7). */
    public static final int RES = 7;

    /** Timestamp (§11.8). */
    public static final int TIME = 8;

    /** Authentication: reserved, its format is not defined (§11.9). */
    public static final int AUTH = 9;

    /** SAFE experiments, told apart by ExID (§11.10). */
    public static final int EXP = 127;

    /** Compression: reserved (§12.1). */
    public static final int UCMP = 192;

    /** Encryption: reserved (§12.2). */
    public static final int UENC = 193;

    /** UNSAFE experiments, told apart by ExID (§12.3). */
    public static final int UEXP = 254;

    private static final int FIRST_UNSAFE = 192;
    private static final String[] NAMES = {"EOL", "NOP", "APC", "FRAG", "MDS", "MRDS", "REQ", "RES", "TIME", "AUTH"};

    private UdpOptionKind() {}

    /** Whether user data may mean something else because of this option, so that it must not be ignored (§12). */
    public static boolean isUnsafe(int kind) {
        return kind >= FIRST_UNSAFE;
    }

    /** Whether every implementation has to know it (§10); EOL and NOP, which may stand anywhere, are not asked about. */
    public static boolean isMustSupport(int kind) {
        return kind >= APC && kind <= RES;
    }

    /** The name of the RFC, or {@code KIND-n}. */
    public static String name(int kind) {
        if (kind >= 0 && kind < NAMES.length) {
            return NAMES[kind];
        }
        return switch (kind) {
            case EXP -> "EXP";
            case UCMP -> "UCMP";
            case UENC -> "UENC";
            case UEXP -> "UEXP";
            default -> "KIND-" + kind;
        };
    }
}
