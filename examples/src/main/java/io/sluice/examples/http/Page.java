package io.sluice.examples.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.stream.ChunkedInput;
import io.netty.handler.stream.ChunkedStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;

/**
 * What a path leads to: a media type, a length, and a way to the octets.
 *
 * @param mediaType of RFC 9110 §8.3
 * @param lengthBytes of the body
 * @param content opens the body, once for each response
 */
record Page(String mediaType, long lengthBytes, Content content) {
    /** Opens a body. */
    @FunctionalInterface
    interface Content {
        /**
         * Opens the body for one response. The stream may answer null while it has nothing yet.
         *
         * @param loop the event loop of the connection
         * @param resume to be run there when the body, after having had nothing, has something
         * @throws IOException if it cannot be opened
         */
        ChunkedInput<ByteBuf> open(Executor loop, Runnable resume) throws IOException;
    }

    static Page text(String mediaType, String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        return new Page(
                mediaType + "; charset=utf-8",
                octets.length,
                (loop, resume) -> new ChunkedStream(new ByteArrayInputStream(octets)));
    }
}
