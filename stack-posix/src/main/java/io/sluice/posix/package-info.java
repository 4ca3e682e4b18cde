/** Sockets as POSIX has them, without I/O. */
@NullMarked
package io.sluice.posix;

import org.jspecify.annotations.NullMarked;
