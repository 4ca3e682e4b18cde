package io.sluice.udp;

/**
 * What the fragments of a datagram had for options of their own, taken together (RFC 9868 §11.5 to §11.8, §15): of MDS and
 * MRDS the least values, of REQ and RES the latest token, of TIME the least and the greatest values.
 *
 * @param fragments how many there were
 * @param options the options; TIME with the greatest values
 * @param leastTimeValue the least TSval
 * @param leastTimeEcho the least TSecr
 */
public record FragmentReport(int fragments, DatagramOptions options, int leastTimeValue, int leastTimeEcho) {}
