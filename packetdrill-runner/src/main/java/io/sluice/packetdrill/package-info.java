/** The packetdrill language: parser, interpreter and back ends. */
@NullMarked
package io.sluice.packetdrill;

import org.jspecify.annotations.NullMarked;
