package io.sluice.buffer;

import io.netty.buffer.ByteBuf;

/**
 * What stands between the reassembled stream and the reader: decryption of records (TLS). Gets in-order bytes as they
 * become in-order, puts what they mean into the receive queue.
 */
public interface StreamTransform {
    /**
     * Takes in-order bytes of the stream.
     *
     * @param data borrowed; retained by the transform if it keeps it
     * @param into where the result goes
     * @return false if the stream is broken and the connection must be aborted
     */
    boolean onStream(ByteBuf data, ReceiveQueue into, long nowNs);

    /** The connection is gone: let go of everything. */
    void close();
}
