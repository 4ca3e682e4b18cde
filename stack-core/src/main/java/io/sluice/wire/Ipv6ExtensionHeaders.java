package io.sluice.wire;

import java.nio.ByteBuffer;

/**
 * Walks the extension headers of an IPv6 packet (RFC 8200 §4) to its upper-layer header, and says where it stopped and
 * why; reused for every packet.
 *
 * <p>Headers and options are taken strictly in order, and the first that keeps a packet from being processed ends the
 * walk (RFC 8200 §4, §4.2). Options are padding, Router Alert (RFC 2711 §2.1) and options that may be skipped; every
 * other is unrecognized, Jumbo Payload (RFC 2675) included. So is every Routing header with segments left.
 *
 * <p>A fragment ends the walk too, since what follows its Fragment header only counts after reassembly. Whether a first
 * fragment has the whole header chain (RFC 7112 §5) can be asked by a second walk over {@link
 * Ipv6FragmentHeader#payloadOffset}. An atomic fragment (RFC 6946 §2) is walked through.
 */
public final class Ipv6ExtensionHeaders {
    /** The most headers that are walked: twice what RFC 8200 §4.1 lists, each of which should appear only once. */
    public static final int MAX_HEADERS = 16;

    /** The most options other than padding in one header (RFC 8504 §5.3). */
    public static final int MAX_OPTIONS = 8;

    /** Where a walk ended. */
    public enum Outcome {
        /** At an upper-layer header, which may be of a protocol that nobody knows (ESP included). */
        UPPER_LAYER,
        /** At No Next Header: octets that follow it are ignored (RFC 8200 §4.7). */
        NO_NEXT_HEADER,
        /** After a Fragment header that is not atomic. */
        FRAGMENT,
        /** At a header that is cut off, or whose options do not fit into it. */
        TRUNCATED,
        /** At an option that is not recognized and must not be skipped: see {@link #unrecognizedOptionAction}. */
        UNRECOGNIZED_OPTION,
        /** At a Hop-by-Hop Options header that is not the first header: to be treated as unknown (RFC 8200 §4). */
        MISPLACED_HOP_BY_HOP,
        /** At a Routing header with segments left, all types of which are unknown here (RFC 8200 §4.4). */
        UNRECOGNIZED_ROUTING,
        /** After {@link #MAX_HEADERS} headers or more than {@link #MAX_OPTIONS} options. */
        TOO_MANY
    }

    /** Option action 00: skip over the option (RFC 8200 §4.2). */
    public static final int ACTION_SKIP = 0;

    /** Option action 01: discard the packet. */
    public static final int ACTION_DISCARD = 1;

    /** Option action 10: discard the packet and send Parameter Problem code 2. */
    public static final int ACTION_DISCARD_AND_REPORT = 2;

    /** Option action 11: discard, and send Parameter Problem code 2 if the destination was not multicast. */
    public static final int ACTION_DISCARD_AND_REPORT_UNICAST = 3;

    private static final int UNIT = 8;
    private static final int ACTION_SHIFT = 6;
    private static final int OPTION_PAD1 = 0;
    private static final int OPTION_PADN = 1;
    private static final int OPTION_ROUTER_ALERT = 5;
    private static final int ROUTER_ALERT_DATA_LENGTH = 2;
    private static final int ROUTING_TYPE = 2;
    private static final int SEGMENTS_LEFT = 3;

    private final Ipv6FragmentHeader fragment = new Ipv6FragmentHeader();
    private Outcome outcome = Outcome.NO_NEXT_HEADER;
    private boolean hasFragment;
    private boolean hasAuthentication;
    private int routerAlert;
    private int protocol;
    private int protocolField;
    private int offset;
    private int end;
    private int pointer;
    private int unrecognizedOption;

    /**
     * Walks the headers that begin at {@code off}.
     *
     * @param len octets from there to the end of the packet
     * @param firstNextHeader what the header before says is there
     * @param nextHeaderField where in the buffer it says so, for a Parameter Problem that points to it
     * @return true if it ended at an upper-layer header; else {@link #outcome} says why not
     */
    public boolean walk(ByteBuffer b, int off, int len, int firstNextHeader, int nextHeaderField) {
        hasFragment = false;
        hasAuthentication = false;
        routerAlert = -1;
        protocol = firstNextHeader;
        protocolField = nextHeaderField;
        offset = off;
        unrecognizedOption = 0;
        if (!Room.has(b, off, len, 0)) {
            end = off;
            return stop(Outcome.TRUNCATED, off);
        }
        end = off + len;
        return walkHeaders(b);
    }

    /** As {@link #walk(ByteBuffer, int, int, int, int)} over all the payload of a packet. */
    public boolean walk(Ipv6Header ip) {
        return walk(
                ip.buffer(),
                ip.payloadOffset(),
                ip.payloadLength(),
                ip.nextHeader(),
                ip.offset() + Ipv6Header.NEXT_HEADER_OFFSET);
    }

    /** Whether this value of a Next Header field means one of the headers that are walked here. */
    public static boolean isExtensionHeader(int nextHeader) {
        return switch (nextHeader) {
            case IpProtocol.HOP_BY_HOP,
                    IpProtocol.ROUTING,
                    IpProtocol.FRAGMENT,
                    IpProtocol.AUTHENTICATION,
                    IpProtocol.DESTINATION_OPTIONS -> true;
            default -> false;
        };
    }

    private boolean walkHeaders(ByteBuffer b) {
        int first = offset;
        int count = 0;
        while (isExtensionHeader(protocol)) {
            if (protocol == IpProtocol.HOP_BY_HOP && offset != first) {
                return stop(Outcome.MISPLACED_HOP_BY_HOP, protocolField);
            }
            if (count++ == MAX_HEADERS) {
                return stop(Outcome.TOO_MANY, protocolField);
            }
            int length = headerLength(b);
            if (length > end - offset) {
                return stop(Outcome.TRUNCATED, offset);
            }
            if (!take(b, length)) {
                return false;
            }
            boolean fragmented = protocol == IpProtocol.FRAGMENT && !fragment.isAtomic();
            protocol = b.get(offset) & 0xFF;
            protocolField = offset;
            offset += length;
            if (fragmented) {
                return stop(Outcome.FRAGMENT, offset);
            }
        }
        stop(protocol == IpProtocol.NO_NEXT_HEADER ? Outcome.NO_NEXT_HEADER : Outcome.UPPER_LAYER, protocolField);
        return outcome == Outcome.UPPER_LAYER;
    }

    /** Octets of the header at {@link #offset}, if its first eight are there; else more than any packet has. */
    private int headerLength(ByteBuffer b) {
        if (end - offset < UNIT) {
            return Integer.MAX_VALUE;
        }
        int field = b.get(offset + 1) & 0xFF;
        return switch (protocol) {
            case IpProtocol.FRAGMENT -> Ipv6FragmentHeader.LENGTH;
            case IpProtocol.AUTHENTICATION -> (field + 2) * Integer.BYTES; // RFC 4302 §2.2
            default -> (field + 1) * UNIT;
        };
    }

    /** Looks into the header at {@link #offset}, all of which is there; true if the walk can go on. */
    private boolean take(ByteBuffer b, int length) {
        switch (protocol) {
            case IpProtocol.HOP_BY_HOP, IpProtocol.DESTINATION_OPTIONS -> {
                return takeOptions(b, offset + 2, offset + length);
            }
            case IpProtocol.ROUTING -> {
                if (b.get(offset + SEGMENTS_LEFT) != 0) {
                    return stop(Outcome.UNRECOGNIZED_ROUTING, offset + ROUTING_TYPE);
                }
            }
            case IpProtocol.FRAGMENT -> hasFragment = fragment.wrap(b, offset, end - offset);
            default -> hasAuthentication = true;
        }
        return true;
    }

    private boolean takeOptions(ByteBuffer b, int from, int to) {
        int at = from;
        int count = 0;
        while (at < to) {
            int type = b.get(at) & 0xFF;
            if (type == OPTION_PAD1) {
                at++;
                continue;
            }
            int dataLength = at + 1 < to ? b.get(at + 1) & 0xFF : 0;
            if (dataLength > to - at - 2) {
                return stop(Outcome.TRUNCATED, at);
            }
            if (type != OPTION_PADN && ++count > MAX_OPTIONS) {
                return stop(Outcome.TOO_MANY, at);
            }
            if (type >>> ACTION_SHIFT != ACTION_SKIP) {
                unrecognizedOption = type;
                return stop(Outcome.UNRECOGNIZED_OPTION, at);
            }
            if (type == OPTION_ROUTER_ALERT && dataLength == ROUTER_ALERT_DATA_LENGTH) {
                routerAlert = b.getShort(at + 2) & 0xFFFF;
            }
            at += 2 + dataLength;
        }
        return true;
    }

    private boolean stop(Outcome why, int where) {
        outcome = why;
        pointer = where;
        return false;
    }

    /** Why the walk ended where it did. */
    public Outcome outcome() {
        return outcome;
    }

    /** Whether the headers cannot be right, whoever looks at them: cut off, or out of their place. */
    public boolean malformed() {
        return outcome == Outcome.TRUNCATED || outcome == Outcome.MISPLACED_HOP_BY_HOP;
    }

    /**
     * Where in the buffer the octet is that kept the walk from going on: the one that an ICMPv6 Parameter Problem points to
     * (RFC 4443 §3.4), less the offset of the IPv6 header. Where the walk ended at an upper-layer header or at none, this
     * is the Next Header field that says so, which is what the report of an unknown protocol points to.
     */
    public int pointer() {
        return pointer;
    }

    /** The protocol of what is at {@link #upperOffset}: see {@link IpProtocol}. Of a fragment, see {@link #fragment}. */
    public int upperProtocol() {
        return protocol;
    }

    /** Where the upper-layer header starts in the buffer; or what a fragment carries; or the header not gone past. */
    public int upperOffset() {
        return offset;
    }

    /** Octets from {@link #upperOffset} to the end of the packet. */
    public int upperLength() {
        return end - offset;
    }

    /** Whether there is a Fragment header, atomic ones included. */
    public boolean hasFragment() {
        return hasFragment;
    }

    /** The last Fragment header, if there is one. */
    public Ipv6FragmentHeader fragment() {
        return fragment;
    }

    /** Whether an Authentication Header (RFC 4302) was walked past; nothing here checks it. */
    public boolean hasAuthentication() {
        return hasAuthentication;
    }

    /** The value of the Router Alert option (RFC 2711 §2.1), 0..65535, or -1 if there is none. */
    public int routerAlert() {
        return routerAlert;
    }

    /** The type of the option that ended the walk, if one did; else 0. */
    public int unrecognizedOption() {
        return unrecognizedOption;
    }

    /** What {@link #unrecognizedOption} asks for: one of the {@code ACTION}s. */
    public int unrecognizedOptionAction() {
        return unrecognizedOption >>> ACTION_SHIFT;
    }
}
