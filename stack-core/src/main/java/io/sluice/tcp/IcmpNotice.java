package io.sluice.tcp;

import io.sluice.event.SocketError;
import io.sluice.wire.IpAddress;

/**
 * What an ICMP message says of a connection whose segment it quotes (RFC 9293 §3.9.2.2).
 *
 * @param error what a user is told
 * @param finality how much it discourages: 1 a hard error of RFC 1122 §4.2.3.9, 2 a prohibition or an exceeded hop limit, 3 others
 * @param unreachable whether it says that packets do not get there for now
 * @param ipv6 whether it came by ICMPv6
 * @param type the type in the message
 * @param code the code in the message
 * @param reporter who sent it
 */
public record IcmpNotice(
        SocketError error, int finality, boolean unreachable, boolean ipv6, int type, int code, IpAddress reporter) {}
