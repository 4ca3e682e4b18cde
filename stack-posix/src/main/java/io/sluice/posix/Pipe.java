package io.sluice.posix;

import java.nio.ByteBuffer;

/** What {@code pipe} makes: octets that go in at one end and come out at the other, 64 KiB of them at most. */
final class Pipe {
    private static final int CAPACITY = 65_536;

    private final ByteBuffer octets = ByteBuffer.allocate(CAPACITY);
    private final End readEnd = new End(this, true);
    private final End writeEnd = new End(this, false);
    private final Runnable onChange;
    private boolean readEndClosed;
    private boolean writeEndClosed;

    /** @param onChange told of whatever a call may wait for here */
    Pipe(Runnable onChange) {
        this.onChange = onChange;
    }

    /** One of the two. */
    static final class End extends Descriptor {
        final Pipe pipe;
        final boolean reads;

        End(Pipe pipe, boolean reads) {
            this.pipe = pipe;
            this.reads = reads;
        }

        @Override
        int pollEvents() {
            if (reads) {
                int events = pipe.isEmpty() ? 0 : PollEvents.POLLIN | PollEvents.POLLRDNORM;
                return pipe.writeEndClosed ? events | PollEvents.POLLHUP : events;
            }
            int events = pipe.octets.hasRemaining() ? PollEvents.POLLOUT | PollEvents.POLLWRNORM : 0;
            return pipe.readEndClosed ? events | PollEvents.POLLERR : events;
        }

        @Override
        int accessMode() {
            return reads ? READ_ONLY : WRITE_ONLY;
        }

        @Override
        void close(long nowNs) {
            pipe.readEndClosed |= reads;
            pipe.writeEndClosed |= !reads;
            pipe.tell();
        }
    }

    private void tell() {
        readEnd.changed();
        writeEnd.changed();
        onChange.run();
    }

    End readEnd() {
        return readEnd;
    }

    End writeEnd() {
        return writeEnd;
    }

    boolean isEmpty() {
        return octets.position() == 0;
    }

    /** Whether nothing will come any more. */
    boolean isAtEnd() {
        return isEmpty() && writeEndClosed;
    }

    /** Whether nobody will take out what goes in. */
    boolean isBroken() {
        return readEndClosed;
    }

    /** How many more octets there is room for. */
    int room() {
        return octets.remaining();
    }

    /** Puts in what {@code source} has, for which there is room; how many octets those were. */
    int fill(ByteBuffer source) {
        int n = source.remaining();
        octets.put(source);
        if (n > 0) {
            tell();
        }
        return n;
    }

    /** The first {@code count} octets, or as many as there are; they stay until {@link #drop}. */
    ByteBuffer first(long count) {
        return octets.duplicate().flip().limit((int) Math.min(count, octets.position()));
    }

    /** The first {@code count} octets have come out. */
    void drop(int count) {
        octets.flip().position(count);
        octets.compact();
        if (count > 0) {
            tell();
        }
    }
}
