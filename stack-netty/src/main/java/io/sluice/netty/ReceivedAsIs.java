package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/**
 * The default receive "allocator": nothing is allocated, the pipeline gets the buffers that the packets came in, whole.
 * Any other one that a user sets limits their size by its guess, by slicing.
 */
final class ReceivedAsIs extends DefaultMaxMessagesRecvByteBufAllocator {
    private static final int DEFAULT_MAX_MESSAGES = 16;

    ReceivedAsIs() {
        super(DEFAULT_MAX_MESSAGES);
    }

    @Override
    @SuppressWarnings("deprecation") // Handle, in favour of ExtendedHandle, which it is
    public RecvByteBufAllocator.Handle newHandle() {
        return new Whole();
    }

    private final class Whole extends MaxMessageHandle {
        @Override
        public int guess() {
            return Integer.MAX_VALUE;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return allocator.directBuffer();
        }
    }
}
