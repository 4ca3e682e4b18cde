/**
 * IPv4 (RFC 791) and IPv6 (RFC 8200): receive, route, fragment, reassemble. Beside them, what an Ethernet needs: neighbours (ARP,
 * RFC 4861), addresses and routers (RFC 4862), groups (IGMP, MLD).
 */
@NullMarked
package io.sluice.ip;

import org.jspecify.annotations.NullMarked;
