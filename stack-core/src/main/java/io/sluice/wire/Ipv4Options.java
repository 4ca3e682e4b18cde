package io.sluice.wire;

import java.nio.ByteBuffer;

/**
 * Walks the options of an IPv4 header (RFC 791 §3.1), one {@link #next} an option; reused for every packet.
 *
 * <pre>{@code
 * options.wrap(buffer, header.optionsOffset(), header.optionsLength());
 * while (options.next()) { ... options.type() ... }
 * if (options.malformed()) { ... options.offset() ... }
 * }</pre>
 *
 * <p>Padding ({@link #END_OF_LIST}, {@link #NO_OPERATION}) is not shown. An option whose length is less than its type
 * needs or more than there is ends the walk; the getters of the fields of a type are for that type only and give 0 for
 * others.
 */
public final class Ipv4Options {
    /** End of Option List: one octet, the rest is padding. */
    public static final int END_OF_LIST = 0;

    /** No Operation: one octet. */
    public static final int NO_OPERATION = 1;

    /** Record Route. */
    public static final int RECORD_ROUTE = 7;

    /** Internet Timestamp. */
    public static final int TIMESTAMP = 68;

    /** Loose Source and Record Route. */
    public static final int LOOSE_SOURCE_ROUTE = 131;

    /** Strict Source and Record Route. */
    public static final int STRICT_SOURCE_ROUTE = 137;

    /** Router Alert (RFC 2113 §2.1). */
    public static final int ROUTER_ALERT = 148;

    private static final int COPIED = 0x80;
    private static final int ROUTE_BASE_LENGTH = 3;
    private static final int TIMESTAMP_BASE_LENGTH = 4;
    private static final int ROUTER_ALERT_LENGTH = 4;

    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private int next;
    private int end;
    private int at;
    private int type;
    private int length;
    private boolean malformed;

    /** Starts a walk over {@code newLength} octets of options; false if the buffer does not have them. */
    public boolean wrap(ByteBuffer newBuffer, int newOffset, int newLength) {
        if (!Room.has(newBuffer, newOffset, newLength, 0)) {
            return false;
        }
        buffer = newBuffer;
        next = newOffset;
        end = newOffset + newLength;
        at = newOffset;
        type = END_OF_LIST;
        length = 0;
        malformed = false;
        return true;
    }

    /** Goes to the next option; false if there is none, or none that can be understood. */
    public boolean next() {
        while (next < end) {
            int found = buffer.get(next) & 0xFF;
            if (found == NO_OPERATION) {
                next++;
                continue;
            }
            return found == END_OF_LIST ? stop() : take(found);
        }
        return stop();
    }

    private boolean take(int found) {
        at = next;
        int declared = at + 1 < end ? buffer.get(at + 1) & 0xFF : 0;
        if (declared < minLength(found) || declared > end - at) {
            malformed = true;
            return stop();
        }
        type = found;
        length = declared;
        next = at + declared;
        return true;
    }

    private boolean stop() {
        next = end;
        type = END_OF_LIST;
        length = 0;
        return false;
    }

    private static int minLength(int type) {
        return switch (type) {
            case RECORD_ROUTE, LOOSE_SOURCE_ROUTE, STRICT_SOURCE_ROUTE -> ROUTE_BASE_LENGTH;
            case TIMESTAMP -> TIMESTAMP_BASE_LENGTH;
            case ROUTER_ALERT -> ROUTER_ALERT_LENGTH;
            default -> 2;
        };
    }

    /** Whether the walk ended at an option whose length cannot be right; {@link #offset} is where that option is. */
    public boolean malformed() {
        return malformed;
    }

    /** The type of this option with its copied flag and class, 0..255; {@link #END_OF_LIST} where there is none. */
    public int type() {
        return type;
    }

    /** Whether this option goes into every fragment (RFC 791 §3.1). */
    public boolean isCopied() {
        return (type & COPIED) != 0;
    }

    /** Where this option (its type octet) is in the buffer. */
    public int offset() {
        return at;
    }

    /** Octets of this option, type and length included. */
    public int length() {
        return length;
    }

    /** Of a route or timestamp option, the octet of it, counted from 1, where the next entry begins; may be anything. */
    public int pointer() {
        return isRoute() || type == TIMESTAMP ? buffer.get(at + 2) & 0xFF : 0;
    }

    /** Whether this is Record Route or one of the source routes. */
    public boolean isRoute() {
        return type == RECORD_ROUTE || isSourceRoute();
    }

    /** Whether this is Loose or Strict Source and Record Route. */
    public boolean isSourceRoute() {
        return type == LOOSE_SOURCE_ROUTE || type == STRICT_SOURCE_ROUTE;
    }

    /** Of a route option, how many whole addresses it has room for, used or not. */
    public int routeCapacity() {
        return isRoute() ? (length - ROUTE_BASE_LENGTH) / Integer.BYTES : 0;
    }

    /** Of a route option, address {@code i}, 0..{@link #routeCapacity()}-1. */
    public int routeAddress(int i) {
        return buffer.getInt(at + ROUTE_BASE_LENGTH + Integer.BYTES * i);
    }

    /** Of a timestamp option, how many hosts could not register one, 0..15. */
    public int timestampOverflow() {
        return type == TIMESTAMP ? (buffer.get(at + 3) & 0xF0) >>> 4 : 0;
    }

    /** Of a timestamp option, its flag: 0 timestamps only, 1 with addresses, 3 with addresses given beforehand. */
    public int timestampFlag() {
        return type == TIMESTAMP ? buffer.get(at + 3) & 0x0F : 0;
    }

    /** Of a router alert option, its value: 0 means that routers look at the packet (RFC 2113 §2.1). */
    public int routerAlertValue() {
        return type == ROUTER_ALERT ? buffer.getShort(at + 2) & 0xFFFF : 0;
    }
}
