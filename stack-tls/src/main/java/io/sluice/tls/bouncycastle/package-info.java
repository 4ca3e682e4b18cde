/** Handshakes by Bouncy Castle, whose libraries (bctls, bcprov, bcutil, bcpkix) the user brings. */
@NullMarked
package io.sluice.tls.bouncycastle;

import org.jspecify.annotations.NullMarked;
