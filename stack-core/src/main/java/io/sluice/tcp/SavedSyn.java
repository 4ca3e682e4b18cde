package io.sluice.tcp;

import org.jspecify.annotations.Nullable;

/**
 * The headers of the SYN by which a peer asked for a connection (TCP_SAVE_SYN), for who wants to know what it is like: {@code
 * SavedSyn.take(socket.connection())}. Kept by connections of listeners that had the option then, until they are taken; never
 * where a SYN cookie took the place of memory (RFC 4987 §3.6). On the host's thread.
 */
public final class SavedSyn {
    private SavedSyn() {}

    /** Those of a connection: IP and TCP header with options, as they came; null if they were not kept, or taken. */
    public static byte @Nullable [] of(TcpConnection c) {
        Occasional o = c.occasional;
        return o == null ? null : o.savedSyn;
    }

    /** As {@link #of}, and they are kept no longer; null of no connection. */
    public static byte @Nullable [] take(@Nullable TcpConnection c) {
        byte[] headers = c == null ? null : of(c);
        if (c != null) {
            drop(c);
        }
        return headers;
    }

    /** Lets go of them. */
    public static void drop(TcpConnection c) {
        Occasional o = c.occasional;
        if (o != null) {
            o.savedSyn = null;
        }
    }

    /** Has {@code h} keep those of {@code syn}, if its listener wanted that. */
    static void keep(HalfOpen h, Segment syn) {
        if (h instanceof SavingHalfOpen saving) {
            byte[] headers = new byte[syn.headerOffset - syn.packetOffset + syn.headerLength()];
            syn.header.get(syn.packetOffset, headers);
            saving.savedSyn(headers);
        }
    }

    /** The connection that {@code h} becomes has what it kept. */
    static void pass(HalfOpen h, TcpConnection c) {
        if (h instanceof SavingHalfOpen saving && saving.savedSyn() != null) {
            c.ownOccasional().savedSyn = saving.savedSyn();
        }
    }
}
