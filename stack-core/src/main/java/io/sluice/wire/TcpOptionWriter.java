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
 * Writes TCP options (RFC 9293 §3.2). Each method writes one at {@code at} and returns the position after it; which
 * options a segment carries, and in which order, is decided by whoever calls.
 */
public final class TcpOptionWriter {
    private TcpOptionWriter() {}

    /** End of Option List. */
    public static int eol(ByteBuffer b, int at) {
        b.put(at, (byte) TcpOptionKind.EOL);
        return at + 1;
    }

    /** No-Operation. */
    public static int nop(ByteBuffer b, int at) {
        b.put(at, (byte) TcpOptionKind.NOP);
        return at + 1;
    }

    /**
     * Pads with {@code kind} (NOP or EOL) until the options that began at {@code start} fill whole words.
     * EOL is 0, as the padding after it must be: RFC 9293 §3.1 (MUST-69).
     */
    public static int pad(ByteBuffer b, int start, int at, int kind) {
        int position = at;
        while (((position - start) & 3) != 0) {
            b.put(position++, (byte) kind);
        }
        return position;
    }

    /** Maximum Segment Size, 0..65535; as all that follow with its length, RFC 9293 §3.1 (MUST-68). */
    public static int mss(ByteBuffer b, int at, int mss) {
        b.putInt(at, TcpOptionKind.MSS << 24 | MSS_LENGTH << 16 | (mss & 0xFFFF));
        return at + MSS_LENGTH;
    }

    /** Window Scale: a shift count, 0..14 (RFC 7323 §2.2). */
    public static int windowScale(ByteBuffer b, int at, int shift) {
        head(b, at, TcpOptionKind.WINDOW_SCALE, WINDOW_SCALE_LENGTH);
        b.put(at + 2, (byte) shift);
        return at + WINDOW_SCALE_LENGTH;
    }

    /** SACK-Permitted. */
    public static int sackPermitted(ByteBuffer b, int at) {
        return head(b, at, TcpOptionKind.SACK_PERMITTED, SACK_PERMITTED_LENGTH);
    }

    /** Timestamps. */
    public static int timestamps(ByteBuffer b, int at, int tsVal, int tsEcr) {
        head(b, at, TcpOptionKind.TIMESTAMPS, TIMESTAMPS_LENGTH);
        b.putInt(at + 2, tsVal);
        b.putInt(at + 6, tsEcr);
        return at + TIMESTAMPS_LENGTH;
    }

    /** The head of a SACK option; {@code blocks} calls of {@link #sackBlock} follow, 1..4. */
    public static int sackHead(ByteBuffer b, int at, int blocks) {
        return head(b, at, TcpOptionKind.SACK, SACK_BASE_LENGTH + blocks * SACK_BLOCK_LENGTH);
    }

    /** One block of a SACK option: {@code left} up to, and without, {@code right}. */
    public static int sackBlock(ByteBuffer b, int at, int left, int right) {
        b.putInt(at, left);
        b.putInt(at + 4, right);
        return at + SACK_BLOCK_LENGTH;
    }

    /**
     * Fast Open (RFC 7413 §2) by its own kind, or, for peers that still use it, as the experiment of its §9.
     *
     * @param cookie where the cookie is; not read if {@code cookieLength} is 0, which asks for one
     */
    public static int fastOpen(ByteBuffer b, int at, byte[] cookie, int cookieLength, boolean experimental) {
        int position;
        if (experimental) {
            position = experiment(b, at, TcpOptionKind.FAST_OPEN_EXID, cookieLength);
        } else {
            position = head(b, at, TcpOptionKind.FAST_OPEN, FAST_OPEN_BASE_LENGTH + cookieLength);
        }
        return raw(b, position, cookie, 0, cookieLength);
    }

    /** The head of an experimental option, kind 254, with a 16-bit identifier; {@code dataLength} octets follow. */
    public static int experiment(ByteBuffer b, int at, int exId, int dataLength) {
        int position = head(b, at, TcpOptionKind.EXPERIMENT_2, EXPERIMENT_BASE_LENGTH + dataLength);
        b.putShort(position, (short) exId);
        return position + 2;
    }

    /**
     * User Timeout (RFC 5482 §3.3), in whole seconds where fifteen bits hold them and else in whole minutes, rounded up;
     * at most 32767 minutes.
     */
    public static int userTimeout(ByteBuffer b, int at, int seconds) {
        int value = seconds;
        if (seconds > 0x7FFF) {
            value = 0x8000 | Math.min((int) ((seconds + 59L) / 60), 0x7FFF);
        }
        head(b, at, TcpOptionKind.USER_TIMEOUT, USER_TIMEOUT_LENGTH);
        b.putShort(at + 2, (short) value);
        return at + USER_TIMEOUT_LENGTH;
    }

    /** MD5 Signature (RFC 2385 §3.0) with a digest of zeros, which is at {@code at + 2} and is filled in later. */
    public static int md5(ByteBuffer b, int at) {
        head(b, at, TcpOptionKind.MD5, MD5_LENGTH);
        b.putLong(at + 2, 0);
        b.putLong(at + 10, 0);
        return at + MD5_LENGTH;
    }

    /** TCP-AO (RFC 5925 §2.2) with a MAC of zeros, which is at {@code at + 4} and is filled in later. */
    public static int ao(ByteBuffer b, int at, int keyId, int rNextKeyId, int macLength) {
        int length = AO_BASE_LENGTH + macLength;
        head(b, at, TcpOptionKind.AO, length);
        b.put(at + 2, (byte) keyId);
        b.put(at + 3, (byte) rNextKeyId);
        for (int i = at + AO_BASE_LENGTH; i < at + length; i++) {
            b.put(i, (byte) 0);
        }
        return at + length;
    }

    /**
     * The head of an Accurate ECN option (RFC 9768 §3.2.3); {@code fields} calls of {@link #accEcnField} follow, 0..3, in
     * the order of its kind.
     */
    public static int accEcnHead(ByteBuffer b, int at, int kind, int fields) {
        return head(b, at, kind, 2 + 3 * fields);
    }

    /** One counter of an Accurate ECN option: its low 24 bits. */
    public static int accEcnField(ByteBuffer b, int at, int counter) {
        b.put(at, (byte) (counter >>> 16));
        b.putShort(at + 1, (short) counter);
        return at + 3;
    }

    /** NOPs from {@code at} on, until there are {@code odd} octets beyond a multiple of four since {@code start}. */
    public static int nopsUntil(ByteBuffer b, int start, int at, int odd) {
        int p = at;
        while ((p - start) % 4 != odd) {
            p = nop(b, p);
        }
        return p;
    }

    /** Any octets: an option that was kept, or one of which this class knows nothing. */
    public static int raw(ByteBuffer b, int at, byte[] octets, int from, int length) {
        for (int i = 0; i < length; i++) {
            b.put(at + i, octets[from + i]);
        }
        return at + length;
    }

    private static int head(ByteBuffer b, int at, int kind, int length) {
        b.putShort(at, (short) (kind << 8 | length));
        return at + 2;
    }
}
