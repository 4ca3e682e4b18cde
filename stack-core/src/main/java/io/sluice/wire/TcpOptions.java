package io.sluice.wire;

import static io.sluice.wire.TcpOptionKind.AO_BASE_LENGTH;
import static io.sluice.wire.TcpOptionKind.EXPERIMENT_BASE_LENGTH;
import static io.sluice.wire.TcpOptionKind.FAST_OPEN_BASE_LENGTH;
import static io.sluice.wire.TcpOptionKind.MD5_LENGTH;
import static io.sluice.wire.TcpOptionKind.MSS_LENGTH;
import static io.sluice.wire.TcpOptionKind.SACK_BASE_LENGTH;
import static io.sluice.wire.TcpOptionKind.SACK_BLOCK_LENGTH;
import static io.sluice.wire.TcpOptionKind.SACK_PERMITTED_LENGTH;
import static io.sluice.wire.TcpOptionKind.TIMESTAMPS_LENGTH;
import static io.sluice.wire.TcpOptionKind.USER_TIMEOUT_LENGTH;
import static io.sluice.wire.TcpOptionKind.WINDOW_SCALE_LENGTH;

import java.nio.ByteBuffer;

/**
 * What the options of one TCP header say (RFC 9293 §3.2), in a form that is reused for every segment.
 *
 * <p>{@link #parse} decodes every kind of {@link TcpOptionKind}. Of an option that is there twice the first counts. An
 * option whose kind is known and whose length is wrong for it is passed over and counted; one whose length cannot be
 * believed (less than 2, or beyond the header) ends the parse. Values are as they are on the wire: whether an option is
 * allowed in this segment, or was negotiated, is for others to say. A getter of an option that is absent returns 0.
 */
public final class TcpOptions {
    /** The most blocks a SACK option can have (RFC 2018 §3). */
    public static final int MAX_SACK_BLOCKS = 4;

    /** NOP, NOP, Timestamps, 10: the layout that RFC 7323 appendix A recommends and nearly every segment has. */
    private static final int ALIGNED_TIMESTAMPS = 0x0101080A;

    private static final int ALIGNED_TIMESTAMPS_LENGTH = 12;

    private static final int FAST_OPEN_MIN_COOKIE = 4;
    private static final int FAST_OPEN_MAX_COOKIE = 16;

    private static final int HAS_MSS = 1;
    private static final int HAS_WINDOW_SCALE = 1 << 1;
    private static final int HAS_SACK_PERMITTED = 1 << 2;
    private static final int HAS_SACK = 1 << 3;
    private static final int HAS_TIMESTAMPS = 1 << 4;
    private static final int HAS_FAST_OPEN = 1 << 5;
    private static final int HAS_USER_TIMEOUT = 1 << 6;
    private static final int HAS_MD5 = 1 << 7;
    private static final int HAS_AO = 1 << 8;
    private static final int HAS_ACC_ECN = 1 << 9;
    private static final int HAS_EXPERIMENT = 1 << 10;

    private int present;
    private int repeated;
    private int unknownCount;
    private int badLengthCount;

    private int mss;
    private int windowScale;
    private int sackCount;
    private final int[] sackEdges = new int[2 * MAX_SACK_BLOCKS];
    private int tsVal;
    private int tsEcr;
    private int fastOpenOffset;
    private int fastOpenLength;
    private boolean fastOpenExperimental;
    private int userTimeout;
    private int md5Offset;
    private int aoOffset;
    private int aoLength;
    private int aoKeyId;
    private int aoRNextKeyId;
    private int accEcnKind;
    private int accEcnFields;
    private final int[] accEcn = new int[3];
    private int experimentExId;
    private int experimentOffset;
    private int experimentLength;

    /**
     * Decodes {@code len} octets of options. False if they are malformed: some option's length is less than 2 or runs
     * past the end, RFC 9293 §3.1 (MUST-7), or a TCP-AO option is too short to be one (RFC 5925 §2.2). What was decoded
     * before that stays valid; what follows it is not looked at. An option may begin anywhere: RFC 9293 §3.2 (MUST-64).
     */
    public boolean parse(ByteBuffer b, int off, int len) {
        clear();
        if (!Room.has(b, off, len, 0)) {
            return false;
        }
        if (len == ALIGNED_TIMESTAMPS_LENGTH && b.getInt(off) == ALIGNED_TIMESTAMPS) {
            timestamps(b, off + 2);
            return true;
        }
        int end = off + len;
        int at = off;
        while (at < end) {
            int kind = b.get(at) & 0xFF;
            if (kind == TcpOptionKind.EOL) {
                return true;
            }
            if (kind == TcpOptionKind.NOP) {
                at++;
                continue;
            }
            int length = at + 1 < end ? b.get(at + 1) & 0xFF : 0;
            if (length < 2 || length > end - at || !option(b, at, kind, length)) {
                return false;
            }
            at += length;
        }
        return true;
    }

    /** Forgets everything, as if a header without options had been parsed. */
    public void clear() {
        present = 0;
        repeated = 0;
        unknownCount = 0;
        badLengthCount = 0;
        sackCount = 0;
        accEcnFields = 0;
    }

    private boolean option(ByteBuffer b, int at, int kind, int length) {
        switch (kind) {
            case TcpOptionKind.MSS -> { // RFC 9293 §3.1 (MUST-4), with EOL and NOP above
                if (take(HAS_MSS, length == MSS_LENGTH)) {
                    mss = b.getShort(at + 2) & 0xFFFF;
                }
            }
            case TcpOptionKind.WINDOW_SCALE -> {
                if (take(HAS_WINDOW_SCALE, length == WINDOW_SCALE_LENGTH)) {
                    windowScale = b.get(at + 2) & 0xFF;
                }
            }
            case TcpOptionKind.SACK_PERMITTED -> take(HAS_SACK_PERMITTED, length == SACK_PERMITTED_LENGTH);
            case TcpOptionKind.SACK -> sack(b, at, length);
            case TcpOptionKind.TIMESTAMPS -> {
                if (take(HAS_TIMESTAMPS, length == TIMESTAMPS_LENGTH)) {
                    timestamps(b, at);
                }
            }
            default -> {
                return rareOption(b, at, kind, length);
            }
        }
        return true;
    }

    private boolean rareOption(ByteBuffer b, int at, int kind, int length) {
        switch (kind) {
            case TcpOptionKind.AO -> {
                return ao(b, at, length);
            }
            case TcpOptionKind.MD5 -> {
                if (take(HAS_MD5, length == MD5_LENGTH)) {
                    md5Offset = at + 2;
                }
            }
            case TcpOptionKind.USER_TIMEOUT -> {
                if (take(HAS_USER_TIMEOUT, length == USER_TIMEOUT_LENGTH)) {
                    userTimeout = b.getShort(at + 2) & 0xFFFF;
                }
            }
            case TcpOptionKind.FAST_OPEN -> fastOpen(at + FAST_OPEN_BASE_LENGTH, length - FAST_OPEN_BASE_LENGTH, false);
            case TcpOptionKind.ACC_ECN_0, TcpOptionKind.ACC_ECN_1 -> accEcn(b, at, kind, length);
            case TcpOptionKind.EXPERIMENT_1, TcpOptionKind.EXPERIMENT_2 -> experiment(b, at, length);
            default -> unknownCount++; // RFC 9293 §3.1 (MUST-6): ignore what is not implemented.
        }
        return true;
    }

    /** Counts an option in; true if it is to be decoded: of the right length, and the first of its kind. */
    private boolean take(int option, boolean lengthIsRight) {
        if (!lengthIsRight) {
            badLengthCount++;
            return false;
        }
        if ((present & option) != 0) {
            repeated |= option;
            return false;
        }
        present |= option;
        return true;
    }

    private void timestamps(ByteBuffer b, int at) {
        present |= HAS_TIMESTAMPS;
        tsVal = b.getInt(at + 2);
        tsEcr = b.getInt(at + 6);
    }

    private void sack(ByteBuffer b, int at, int length) {
        int blocks = (length - SACK_BASE_LENGTH) / SACK_BLOCK_LENGTH;
        boolean whole = length == SACK_BASE_LENGTH + blocks * SACK_BLOCK_LENGTH;
        if (!take(HAS_SACK, whole && blocks >= 1 && blocks <= MAX_SACK_BLOCKS)) {
            return;
        }
        sackCount = blocks;
        for (int i = 0; i < 2 * blocks; i++) {
            sackEdges[i] = b.getInt(at + SACK_BASE_LENGTH + 4 * i);
        }
    }

    /** RFC 7413 §4.1.1: no cookie, or one of 4..16 octets whose number is even; any other length is ignored. */
    private void fastOpen(int cookieOffset, int cookieLength, boolean experimental) {
        boolean lengthIsRight = cookieLength == 0
                || (cookieLength >= FAST_OPEN_MIN_COOKIE
                        && cookieLength <= FAST_OPEN_MAX_COOKIE
                        && (cookieLength & 1) == 0);
        if (take(HAS_FAST_OPEN, lengthIsRight)) {
            fastOpenOffset = cookieOffset;
            fastOpenLength = cookieLength;
            fastOpenExperimental = experimental;
        }
    }

    private boolean ao(ByteBuffer b, int at, int length) {
        if (length < AO_BASE_LENGTH) {
            return false; // RFC 5925 §2.2: a segment with such an option is discarded.
        }
        if (take(HAS_AO, true)) {
            aoOffset = at;
            aoLength = length;
            aoKeyId = b.get(at + 2) & 0xFF;
            aoRNextKeyId = b.get(at + 3) & 0xFF;
        }
        return true;
    }

    /** RFC 9768 §3.2.3: as many whole 24-bit fields as fit, up to three; octets that are left over are padding. */
    private void accEcn(ByteBuffer b, int at, int kind, int length) {
        if (!take(HAS_ACC_ECN, true)) {
            return;
        }
        accEcnKind = kind;
        accEcnFields = Math.min((length - 2) / 3, accEcn.length);
        for (int i = 0; i < accEcnFields; i++) {
            int field = at + 2 + 3 * i;
            accEcn[i] = (b.get(field) & 0xFF) << 16 | (b.getShort(field + 1) & 0xFFFF);
        }
    }

    /** RFC 6994 §3: the data of an experimental option starts with a 16-bit experiment identifier. */
    private void experiment(ByteBuffer b, int at, int length) {
        if (length < EXPERIMENT_BASE_LENGTH) {
            badLengthCount++;
            return;
        }
        int exId = b.getShort(at + 2) & 0xFFFF;
        if (exId == TcpOptionKind.FAST_OPEN_EXID) {
            fastOpen(at + EXPERIMENT_BASE_LENGTH, length - EXPERIMENT_BASE_LENGTH, true);
        } else if (take(HAS_EXPERIMENT, true)) {
            experimentExId = exId;
            experimentOffset = at + EXPERIMENT_BASE_LENGTH;
            experimentLength = length - EXPERIMENT_BASE_LENGTH;
        }
    }

    private boolean has(int option) {
        return (present & option) != 0;
    }

    public boolean hasMss() {
        return has(HAS_MSS);
    }

    /** Maximum Segment Size, 0..65535. */
    public int mss() {
        return hasMss() ? mss : 0;
    }

    public boolean hasWindowScale() {
        return has(HAS_WINDOW_SCALE);
    }

    /** The shift count as sent, 0..255: RFC 7323 §2.3 has values over 14 used as 14, which is left to the caller. */
    public int windowScale() {
        return hasWindowScale() ? windowScale : 0;
    }

    public boolean sackPermitted() {
        return has(HAS_SACK_PERMITTED);
    }

    /** Blocks of the SACK option, 0..4; 0 if there is none. */
    public int sackCount() {
        return sackCount;
    }

    /** The first sequence number of SACK block {@code i}, 0..{@link #sackCount()}-1. */
    public int sackLeft(int i) {
        return sackEdges[2 * i];
    }

    /** The sequence number after the last of SACK block {@code i}, 0..{@link #sackCount()}-1. */
    public int sackRight(int i) {
        return sackEdges[2 * i + 1];
    }

    public boolean hasTimestamps() {
        return has(HAS_TIMESTAMPS);
    }

    public int tsVal() {
        return hasTimestamps() ? tsVal : 0;
    }

    public int tsEcr() {
        return hasTimestamps() ? tsEcr : 0;
    }

    /** Whether there is a Fast Open option of legal length, by its own kind or as an experiment. */
    public boolean hasFastOpen() {
        return has(HAS_FAST_OPEN);
    }

    /** Where the cookie starts in the buffer. */
    public int fastOpenOffset() {
        return hasFastOpen() ? fastOpenOffset : 0;
    }

    /** Octets of the cookie: 0 (a request for one), or an even number 4..16. */
    public int fastOpenLength() {
        return hasFastOpen() ? fastOpenLength : 0;
    }

    /** Whether it came as experiment {@link TcpOptionKind#FAST_OPEN_EXID}, and is to be answered so (RFC 7413 §9). */
    public boolean fastOpenExperimental() {
        return hasFastOpen() && fastOpenExperimental;
    }

    public boolean hasUserTimeout() {
        return has(HAS_USER_TIMEOUT);
    }

    /** The sixteen bits as sent: granularity, then the timeout (RFC 5482 §3.3). */
    public int userTimeout() {
        return hasUserTimeout() ? userTimeout : 0;
    }

    /** The user timeout in seconds: the granularity bit makes the other fifteen minutes (RFC 5482 §3.3). */
    public int userTimeoutSeconds() {
        return userTimeoutSeconds(userTimeout());
    }

    /** What the sixteen bits of a user timeout mean in seconds. */
    public static int userTimeoutSeconds(int asSent) {
        int value = asSent & 0x7FFF;
        return (asSent & 0x8000) != 0 ? value * 60 : value;
    }

    public boolean hasMd5() {
        return has(HAS_MD5);
    }

    /** Where the sixteen octets of the digest start in the buffer. */
    public int md5Offset() {
        return hasMd5() ? md5Offset : 0;
    }

    public boolean hasAo() {
        return has(HAS_AO);
    }

    /** Where the TCP-AO option starts (its Kind octet) in the buffer. */
    public int aoOffset() {
        return hasAo() ? aoOffset : 0;
    }

    /** Octets of the whole TCP-AO option: its Length field, at least 4. */
    public int aoLength() {
        return hasAo() ? aoLength : 0;
    }

    public int aoKeyId() {
        return hasAo() ? aoKeyId : 0;
    }

    public int aoRNextKeyId() {
        return hasAo() ? aoRNextKeyId : 0;
    }

    /** Where the MAC of the TCP-AO option starts in the buffer. */
    public int aoMacOffset() {
        return hasAo() ? aoOffset + AO_BASE_LENGTH : 0;
    }

    /** Octets of the MAC of the TCP-AO option, from 0 on. */
    public int aoMacLength() {
        return hasAo() ? aoLength - AO_BASE_LENGTH : 0;
    }

    /** Whether there is more than one TCP-AO option, for which a segment is discarded (RFC 5925 §2.2). */
    public boolean hasRepeatedAo() {
        return (repeated & HAS_AO) != 0;
    }

    /** Whether there is an Accurate ECN option, of either order and however many fields, none included. */
    public boolean hasAccEcn() {
        return has(HAS_ACC_ECN);
    }

    /** {@link TcpOptionKind#ACC_ECN_0} or {@link TcpOptionKind#ACC_ECN_1}. */
    public int accEcnKind() {
        return hasAccEcn() ? accEcnKind : 0;
    }

    /** How many of the three counters are there, 0..3: always the first ones of the kind's order. */
    public int accEcnFields() {
        return accEcnFields;
    }

    public boolean hasAccEcnEe0b() {
        return accEcnFields > ee0bIndex();
    }

    /** The low 24 bits of the counter of octets that arrived marked ECT(0). */
    public int accEcnEe0b() {
        return hasAccEcnEe0b() ? accEcn[ee0bIndex()] : 0;
    }

    public boolean hasAccEcnEceb() {
        return accEcnFields > 1;
    }

    /** The low 24 bits of the counter of octets that arrived marked CE. */
    public int accEcnEceb() {
        return hasAccEcnEceb() ? accEcn[1] : 0;
    }

    public boolean hasAccEcnEe1b() {
        return accEcnFields > 2 - ee0bIndex();
    }

    /** The low 24 bits of the counter of octets that arrived marked ECT(1). */
    public int accEcnEe1b() {
        return hasAccEcnEe1b() ? accEcn[2 - ee0bIndex()] : 0;
    }

    private int ee0bIndex() {
        return accEcnKind == TcpOptionKind.ACC_ECN_1 ? 2 : 0;
    }

    /** Whether there is an experimental option (kinds 253, 254) other than Fast Open's. */
    public boolean hasExperiment() {
        return has(HAS_EXPERIMENT);
    }

    /** The first sixteen bits of its experiment identifier (RFC 6994 §3.1). */
    public int experimentExId() {
        return hasExperiment() ? experimentExId : 0;
    }

    /** Where its octets after the sixteen bits of identifier start in the buffer. */
    public int experimentOffset() {
        return hasExperiment() ? experimentOffset : 0;
    }

    /** Octets after the sixteen bits of identifier. */
    public int experimentLength() {
        return hasExperiment() ? experimentLength : 0;
    }

    /** Options of kinds that are not decoded here. */
    public int unknownCount() {
        return unknownCount;
    }

    /** Options passed over because their length is not one their kind can have. */
    public int badLengthCount() {
        return badLengthCount;
    }

    /** Whether some option was there more than once; the first one counted. */
    public boolean hasDuplicates() {
        return repeated != 0;
    }
}
