/** UDP (RFC 768). */
@NullMarked
package io.sluice.udp;

import org.jspecify.annotations.NullMarked;
