/** DCTCP congestion control (RFC 8257). */
@NullMarked
package io.sluice.dctcp;

import org.jspecify.annotations.NullMarked;
