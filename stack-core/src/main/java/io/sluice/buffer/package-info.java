/** The bytes a socket has accepted or received, and what their memory costs. */
@NullMarked
package io.sluice.buffer;

import org.jspecify.annotations.NullMarked;
