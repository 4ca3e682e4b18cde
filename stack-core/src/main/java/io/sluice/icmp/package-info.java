/** ICMP (RFC 792) and ICMPv6 (RFC 4443). */
@NullMarked
package io.sluice.icmp;

import org.jspecify.annotations.NullMarked;
