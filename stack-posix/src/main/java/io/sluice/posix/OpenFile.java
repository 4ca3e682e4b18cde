package io.sluice.posix;

import java.nio.ByteBuffer;

/** What {@code open} makes: a file to be read, always ready. */
final class OpenFile extends Descriptor {
    private final byte[] content;

    /** Where the next {@code read} begins. */
    int position;

    OpenFile(byte[] content) {
        this.content = content;
    }

    /** What is left from {@code offset} on, at most {@code count} octets. */
    ByteBuffer from(long offset, long count) {
        int start = (int) Math.min(Math.max(0, offset), content.length);
        return ByteBuffer.wrap(content, start, (int) Math.min(Math.max(0, count), content.length - (long) start));
    }

    @Override
    int pollEvents() {
        return PollEvents.POLLIN | PollEvents.POLLRDNORM | PollEvents.POLLOUT | PollEvents.POLLWRNORM;
    }

    @Override
    int accessMode() {
        return READ_ONLY;
    }

    @Override
    void close(long nowNs) {}
}
