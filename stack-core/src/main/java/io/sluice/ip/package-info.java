/** IPv4 (RFC 791) and IPv6 (RFC 8200): receive, route, fragment, reassemble. */
@NullMarked
package io.sluice.ip;

import org.jspecify.annotations.NullMarked;
