/** Congestion control: how much may be in flight. */
@NullMarked
package io.sluice.cc;

import org.jspecify.annotations.NullMarked;
