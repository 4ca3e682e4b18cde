package io.sluice.tcp;

import io.sluice.wire.TcpHeader;
import io.sluice.wire.TcpOptionKind;
import io.sluice.wire.TcpOptionWriter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Which options go on a SYN or SYN-ACK, and in which order: that is what gives a stack away, so it is a {@link Knob}. */
final class SynOptions {
    /** MSS, SACK-permitted, timestamps, window scale; a NOP before each that needs alignment. */
    static final int SACK_FIRST = 0;

    /** MSS, window scale, SACK-permitted, timestamps; each aligned so that its values are. */
    static final int MSS_WSCALE_SACK = 1;

    /** MSS option value (RFC 9293 §3.7.1), or 0 for none. */
    int mss;

    /** RFC 7323 §2.2, or -1 for none. */
    int windowScale = -1;

    /** RFC 2018 §2. */
    boolean sackPermitted;

    /** RFC 7323 §3.2. */
    boolean timestamps;

    /** User timeout in seconds (RFC 5482 §3.3), or 0 for none. */
    int userTimeout;

    /** Fast Open's cookie (RFC 7413 §2), empty to ask for one, or null for no such option. */
    byte @Nullable [] fastOpenCookie;

    /** In its experimental form (RFC 7413 §9). */
    boolean fastOpenExperimental;

    /** AccECN's (RFC 9768 §3.2.3), on a SYN-ACK, if there is room behind all others. */
    boolean accurateEcn;

    /** The window field: not an option, but like them only on a SYN unscaled. */
    int window;

    /** What the SYN is signed with, beside which its options have to fit; null for most. */
    @Nullable Signature signature;

    int tsVal;
    int tsEcr;

    /** Leaves all options out. */
    void none() {
        onlyMss();
        mss = 0;
    }

    /** Leaves all options out but the MSS. */
    void onlyMss() {
        windowScale = -1;
        sackPermitted = false;
        timestamps = false;
        userTimeout = 0;
        fastOpenCookie = null;
    }

    /** Octets of all options but the cookie, padding and signature included. */
    private int length() {
        Signature s = signature;
        return (mss > 0 ? TcpOptionKind.MSS_LENGTH : 0)
                + (timestamps ? SegmentWriter.TIMESTAMPS_LENGTH : sackPermitted ? 4 : 0)
                + (windowScale >= 0 ? 4 : 0)
                + (userTimeout > 0 ? 4 : 0)
                + (s == null ? 0 : s.optionLength());
    }

    /** Whether a cookie of {@code octets} fits beside the other options. */
    boolean hasRoomForCookie(int octets, boolean experimental) {
        int base = experimental ? TcpOptionKind.EXPERIMENT_BASE_LENGTH : TcpOptionKind.FAST_OPEN_BASE_LENGTH;
        return ((length() + base + octets + 3) & ~3) <= TcpHeader.MAX_OPTIONS_LENGTH;
    }

    /** Leaves out what a signature has no room for, the least needed first; a signature leaves room for the rest. */
    void fit() {
        byte[] cookie = fastOpenCookie;
        if (cookie != null && !hasRoomForCookie(cookie.length, fastOpenExperimental)) {
            fastOpenCookie = null;
        }
        if (length() > TcpHeader.MAX_OPTIONS_LENGTH) {
            userTimeout = 0;
        }
    }

    /** Writes the options at {@code at} and returns the position behind them, a multiple of four. */
    int write(ByteBuffer b, int at, Knobs knobs) {
        boolean sackFirst = knobs.getInt(Knob.SYN_OPTION_LAYOUT) != MSS_WSCALE_SACK;
        boolean allCounters = accurateEcn && sackFirst && knobs.isOn(Knob.ACCECN_ALL_COUNTERS);
        int end = sackFirst
                ? writeSackFirst(b, at, allCounters ? fields() : AccurateEcnOption.NONE)
                : writeAligned(b, at);
        end = userTimeout > 0 ? TcpOptionWriter.userTimeout(b, end, userTimeout) : end;
        byte[] cookie = fastOpenCookie;
        if (cookie != null) {
            end = TcpOptionWriter.fastOpen(b, end, cookie, cookie.length, fastOpenExperimental);
        }
        Signature s = signature;
        int room = TcpHeader.MAX_OPTIONS_LENGTH - (s == null ? 0 : s.optionLength()) - (end - at);
        end = accurateEcn && !allCounters ? AccurateEcnOption.writeInitial(b, end, room) : end;
        return knobs.isOn(Knob.PAD_WITH_EOL)
                ? TcpOptionWriter.pad(b, at, end, TcpOptionKind.EOL)
                : TcpOptionWriter.pad(b, at, end, TcpOptionKind.NOP);
    }

    /** How many of all AccECN counters there is room for, where the option takes the place of padding before the next one. */
    private int fields() {
        byte[] cookie = fastOpenCookie;
        int base = fastOpenExperimental ? TcpOptionKind.EXPERIMENT_BASE_LENGTH : TcpOptionKind.FAST_OPEN_BASE_LENGTH;
        int used = length() + (cookie == null ? 0 : (base + cookie.length + 3) & ~3);
        return AccurateEcnOption.fieldsIn(TcpHeader.MAX_OPTIONS_LENGTH - used, paddingBehindCounters());
    }

    private int paddingBehindCounters() {
        return sackPermitted && !timestamps ? 2 : windowScale >= 0 ? 1 : 0;
    }

    /** @param fields how many AccECN counters, or {@link AccurateEcnOption#NONE} */
    private int writeSackFirst(ByteBuffer b, int at, int fields) {
        int p = mss > 0 ? TcpOptionWriter.mss(b, at, mss) : at;
        if (timestamps) {
            p = sackPermitted ? TcpOptionWriter.sackPermitted(b, p) : TcpOptionWriter.nop(b, TcpOptionWriter.nop(b, p));
            p = TcpOptionWriter.timestamps(b, p, tsVal, tsEcr);
        }
        boolean last = fields == 0 && paddingBehindCounters() == 1; // one octet of padding has no room for two
        p = fields > AccurateEcnOption.NONE && !last ? AccurateEcnOption.writeAllInitial(b, p, fields) : p;
        if (sackPermitted && !timestamps) {
            p = TcpOptionWriter.sackPermitted(b, TcpOptionWriter.nopsUntil(b, at, p, 2));
        }
        if (windowScale >= 0) {
            p = TcpOptionWriter.windowScale(b, TcpOptionWriter.nopsUntil(b, at, p, 1), windowScale);
        }
        p = last ? AccurateEcnOption.writeAllInitial(b, p, fields) : p;
        return TcpOptionWriter.nopsUntil(b, at, p, 0);
    }

    private int writeAligned(ByteBuffer b, int at) {
        int p = mss > 0 ? TcpOptionWriter.mss(b, at, mss) : at;
        if (windowScale >= 0) {
            p = TcpOptionWriter.windowScale(b, TcpOptionWriter.nop(b, p), windowScale);
        }
        if (sackPermitted) {
            p = TcpOptionWriter.sackPermitted(b, p);
        }
        if (timestamps) {
            while (((p - at) & 3) != 2) {
                p = TcpOptionWriter.nop(b, p);
            }
            p = TcpOptionWriter.timestamps(b, p, tsVal, tsEcr);
        }
        return p;
    }
}
