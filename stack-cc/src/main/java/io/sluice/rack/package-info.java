/** The stack {@code rack}: loss detection by time (RFC 8985). */
@NullMarked
package io.sluice.rack;

import org.jspecify.annotations.NullMarked;
