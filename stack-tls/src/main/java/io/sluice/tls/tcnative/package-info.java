/** Handshakes by BoringSSL through netty-tcnative, which the user brings with netty-handler. */
@NullMarked
package io.sluice.tls.tcnative;

import org.jspecify.annotations.NullMarked;
