/**
 * Packet formats: views of headers in a buffer, and the values they carry. Fields and offsets, no judgement.
 *
 * <p>A view is a mutable object that is pointed at octets with {@code wrap(buffer, offset, length)} and reused for every
 * packet; it belongs to one thread and must not escape the call that wrapped it. {@code wrap} returns {@code false} for
 * octets that cannot hold the format and never throws on account of what they contain; once it has returned
 * {@code true}, no getter throws and none reads outside the {@code length} octets given (a setter that enlarges a length
 * field does not enlarge the view). Before the first successful {@code wrap}, a view shows an all-zero header.
 *
 * <p>All offsets are absolute indices into the buffer; a buffer's position is neither read nor moved, its limit is
 * respected, and its byte order must be big-endian, the default. Nothing here allocates, except where values such as
 * {@link io.sluice.wire.IpAddress} are made on purpose.
 */
@NullMarked
package io.sluice.wire;

import org.jspecify.annotations.NullMarked;
