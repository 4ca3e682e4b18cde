package io.sluice.netty;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.nio.ByteBuffer;

/** A buffer that a file is read into, aligned as O_DIRECT wants it; goes back where it came from when nobody has it any more. */
final class FileBuffer extends UnpooledDirectByteBuf {
    private final FileBuffers home;
    private final ByteBuffer memory;
    private long address;

    FileBuffer(FileBuffers home, ByteBuffer memory) {
        super(UnpooledByteBufAllocator.DEFAULT, memory, memory.capacity());
        this.home = home;
        this.memory = memory;
        clear(); // Netty takes memory that it is given for full
    }

    /** All of the memory. */
    ByteBuffer memory() {
        return memory.clear();
    }

    /** Where the memory is, for {@link NativeFile}. */
    long address() {
        if (address == 0) {
            address = NativeFile.addressOf(memory);
        }
        return address;
    }

    FileBuffer again() {
        resetRefCnt();
        clear();
        return this;
    }

    @Override
    protected void deallocate() {
        home.give(this);
    }
}
