package io.sluice.packetdrill.language;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A TCP option of a script. */
public sealed interface TcpOption {
    /** Where the option begins. */
    SourcePosition position();

    /**
     * {@code nop}: kind 1 (RFC 9293 §3.2).
     *
     * @param position where it is
     */
    record NoOperation(SourcePosition position) implements TcpOption {}

    /**
     * {@code eol}: kind 0 (RFC 9293 §3.2).
     *
     * @param position where it is
     */
    record EndOfList(SourcePosition position) implements TcpOption {}

    /**
     * {@code mss 1460}: kind 2 (RFC 9293 §3.2).
     *
     * @param position where it is
     * @param bytes the maximum segment size, 0 to 65535
     */
    record MaximumSegmentSize(SourcePosition position, int bytes) implements TcpOption {}

    /**
     * {@code wscale 7}: kind 3 (RFC 7323 §2.2).
     *
     * @param position where it is
     * @param shift the shift count, 0 to 255
     */
    record WindowScale(SourcePosition position, int shift) implements TcpOption {}

    /**
     * {@code sackOK}: kind 4 (RFC 2018 §2).
     *
     * @param position where it is
     */
    record SackPermitted(SourcePosition position) implements TcpOption {}

    /**
     * {@code sack 1:1001 2001:3001}: kind 5 (RFC 2018 §3).
     *
     * @param position where it is
     * @param blocks the blocks in order, at least one
     */
    record Sack(SourcePosition position, List<SackBlock> blocks) implements TcpOption {
        /** Copies the list. */
        public Sack {
            blocks = List.copyOf(blocks);
        }
    }

    /**
     * A block of a SACK option.
     *
     * @param position where it is
     * @param left the first sequence number of the block, relative
     * @param right the sequence number behind its last, relative
     */
    record SackBlock(SourcePosition position, long left, long right) {}

    /**
     * {@code TS val 100 ecr 0}: kind 8 (RFC 7323 §3.2).
     *
     * @param position where it is
     * @param value TSval; empty where the script has {@code ...} and it is not looked at
     * @param echoReply TSecr
     * @param absoluteEcho whether TSecr is as it is on the wire (an exclamation mark follows) instead of one of the
     *     script's own values
     */
    record Timestamps(SourcePosition position, OptionalLong value, long echoReply, boolean absoluteEcho)
            implements TcpOption {}

    /**
     * {@code FO 0123456789abcdef}, {@code FO} without a cookie, or {@code FOEXP}: kind 34 or the experimental kind 254
     * with 0xF989 (RFC 7413 §4.1.1, RFC 6994).
     *
     * @param position where it is
     * @param cookie the cookie; empty for a request
     * @param experimental whether it is the experimental option
     */
    record FastOpen(SourcePosition position, Optional<HexData> cookie, boolean experimental) implements TcpOption {}

    /**
     * {@code md5 valid} or {@code md5 0123...}: kind 19 (RFC 2385 §3).
     *
     * @param position where it is
     * @param digest the digest; empty for {@code valid}, the right one for the segment
     */
    record Md5Signature(SourcePosition position, Optional<HexData> digest) implements TcpOption {}

    /**
     * {@code ao keyid 1 rnext 1 valid}: kind 29 (RFC 5925 §2.2). An addition of this project, neither dialect has it.
     *
     * @param position where it is
     * @param keyId KeyID, 0 to 255
     * @param rNextKeyId RNextKeyID, 0 to 255
     * @param mac the MAC; empty for {@code valid}, the right one for the segment
     */
    record Authentication(SourcePosition position, int keyId, int rNextKeyId, Optional<HexData> mac)
            implements TcpOption {}

    /**
     * {@code AccECN0 ee0b 1 eceb 0 ee1b 1} or {@code AccECN1 ee1b 1 eceb 0 ee0b 1}: kind 172 or 174, or kind 254 with
     * 0xACC0 or 0xACC1 as {@code exp-AccECN0} and {@code exp-AccECN1} (RFC 9768 §3.2.3). Later counters may be missing.
     *
     * @param position where it is
     * @param order 0 or 1: which counter comes first
     * @param spelling what a script calls it
     * @param counters the counters in the order of the option, none to three, each 0 to 2^24 - 1
     */
    record AccurateEcn(SourcePosition position, int order, Spelling spelling, List<Integer> counters)
            implements TcpOption {
        /** What a script calls the option and its counters. */
        public enum Spelling {
            /** As FreeBSD's scripts: {@code AccECN0} and {@code AccECN1}. */
            FREEBSD,
            /** The same with {@code exp-} in front, which is the experimental option. */
            EXPERIMENTAL,
            /** As Linux's scripts: {@code ECN e0b 1 ceb 0 e1b 1}, where the first counter says the order; without one it is 1. */
            LINUX
        }

        /** Copies the list. */
        public AccurateEcn {
            counters = List.copyOf(counters);
        }
    }

    /**
     * {@code exp-tarr 2}: the TCP ACK rate request, kind 254 with 0x00AC (draft-gomez-tcpm-ack-rate-request).
     *
     * @param position where it is
     * @param rate the rate, 0 to 127
     */
    record AckRateRequest(SourcePosition position, OptionalInt rate) implements TcpOption {}

    /**
     * {@code gen-77 0102}: any kind with any content.
     *
     * @param position where it is
     * @param kind the kind, 0 to 255
     * @param data what follows the length octet
     */
    record Generic(SourcePosition position, int kind, Optional<HexData> data) implements TcpOption {}

    /**
     * {@code exp-f989 0102}: kind 254 with any experiment identifier (RFC 6994 §3).
     *
     * @param position where it is
     * @param experiment the identifier, 0 to 65535
     * @param data what follows it
     */
    record Experimental(SourcePosition position, int experiment, Optional<HexData> data) implements TcpOption {}
}
