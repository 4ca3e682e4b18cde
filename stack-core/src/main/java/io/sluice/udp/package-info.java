/** UDP (RFC 768), its options (RFC 9868), and path MTU discovery with them (RFC 8899, RFC 9869). */
@NullMarked
package io.sluice.udp;

import org.jspecify.annotations.NullMarked;
