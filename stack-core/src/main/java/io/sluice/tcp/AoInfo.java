package io.sluice.tcp;

/**
 * TCP-AO of a socket at one moment (RFC 5925 §7.1), as Linux's TCP_AO_INFO tells it.
 *
 * @param currentKey SendID of current_key, or -1 where none is chosen
 * @param rnextKey RecvID of rnext_key, or -1
 * @param required whether every connection has to use TCP-AO
 * @param acceptsIcmps whether ICMP's hard errors count (RFC 5925 §7.8)
 * @param good segments that were authentic
 * @param bad segments whose code, or its length, was wrong
 * @param unknownKey segments whose KeyID no key has
 * @param missing segments without TCP-AO
 * @param droppedIcmps ICMP errors that were ignored
 * @param lastKeyId KeyID of the last authentic segment, or -1
 * @param lastRNextKeyId its RNextKeyID, or -1
 */
public record AoInfo(
        int currentKey,
        int rnextKey,
        boolean required,
        boolean acceptsIcmps,
        long good,
        long bad,
        long unknownKey,
        long missing,
        long droppedIcmps,
        int lastKeyId,
        int lastRNextKeyId) {}
