package io.sluice.buffer;

import io.netty.buffer.ByteBuf;

/**
 * Something in a stream that is not its data, between two octets of that: of TLS a record of another type.
 *
 * @param type what it is: of TLS, ContentType
 * @param content belongs to who has the record
 */
public record StreamRecord(int type, ByteBuf content) {}
