/** CUBIC congestion control (RFC 9438). */
@NullMarked
package io.sluice.cubic;

import org.jspecify.annotations.NullMarked;
