/** Views of headers in a buffer: fields and offsets, no judgement. */
@NullMarked
package io.sluice.wire;

import org.jspecify.annotations.NullMarked;
