/** What TLS costs: the record path alone, and servers on a TUN device with the stack's records and with SslHandler. */
@NullMarked
package io.sluice.benchmarks.tls;

import org.jspecify.annotations.NullMarked;
