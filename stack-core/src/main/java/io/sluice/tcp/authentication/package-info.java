/** TCP-AO (RFC 5925, 5926, 9187): keys, message authentication codes, sequence number extension. Knows no connection. */
@NullMarked
package io.sluice.tcp.authentication;

import org.jspecify.annotations.NullMarked;
