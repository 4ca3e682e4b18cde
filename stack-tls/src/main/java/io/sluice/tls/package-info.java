/** TLS record offload: record protection (RFC 8446 §5, RFC 5246 §6) in the send and receive path of a connection. */
@NullMarked
package io.sluice.tls;

import org.jspecify.annotations.NullMarked;
