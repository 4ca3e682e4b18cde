/** TCP (RFC 9293), one file to each of its parts. */
@NullMarked
package io.sluice.tcp;

import org.jspecify.annotations.NullMarked;
