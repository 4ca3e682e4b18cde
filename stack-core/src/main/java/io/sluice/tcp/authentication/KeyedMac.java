package io.sluice.tcp.authentication;

import java.nio.ByteBuffer;

/** A message authentication code under one key, fed piece by piece. Confined to one thread; {@link #finish} begins anew. */
public interface KeyedMac extends AutoCloseable {
    /** Feeds what remains of {@code data}, whose position moves to its limit. */
    void update(ByteBuffer data);

    /** Feeds {@code length} octets of {@code data}. */
    void update(byte[] data, int offset, int length);

    /** Writes the whole code, of which a segment carries the first octets, to {@code target} from its start. */
    void finish(byte[] target);

    /** Octets that {@link #finish} writes. */
    int length();

    /** Wipes what can be wiped of the key. */
    @Override
    void close();
}
