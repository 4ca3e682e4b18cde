package io.sluice.netty;

import io.netty.channel.ChannelPipeline;
import io.sluice.api.ErrorQueue;
import io.sluice.api.TcpSocket;
import io.sluice.tcp.SendNotice;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a pipeline what becomes of the messages that it wrote: {@link SluiceChannelOption#SO_TIMESTAMPING}. */
final class WriteNotices {
    private volatile Set<SendNotice.Kind> wanted = Set.of();
    private Set<SendNotice.Kind> stamped = Set.of();
    private @Nullable ErrorQueue queue;

    /** What is told; may be asked on any thread. */
    Set<SendNotice.Kind> wanted() {
        return wanted;
    }

    /** Chooses what is told; may be called on any thread. */
    void want(Set<SendNotice.Kind> kinds) {
        wanted = Set.copyOf(kinds);
    }

    /** A message has been written, all of it. */
    void onWritten(TcpSocket socket) {
        Set<SendNotice.Kind> kinds = wanted;
        if (!kinds.isEmpty()) {
            queue(socket).endWrite(kinds.contains(SendNotice.Kind.COMPLETED));
        }
    }

    /** Messages are about to be written. */
    void onWrite(TcpSocket socket) {
        Set<SendNotice.Kind> kinds = wanted;
        if (!kinds.equals(stamped)) {
            Set<SendNotice.Kind> stamps = EnumSet.noneOf(SendNotice.Kind.class);
            stamps.addAll(kinds);
            stamps.remove(SendNotice.Kind.COMPLETED);
            queue(socket).stampWrites(stamps);
            stamped = kinds;
        }
    }

    private ErrorQueue queue(TcpSocket socket) {
        ErrorQueue q = queue == null ? new ErrorQueue(socket) : queue;
        queue = q;
        return q;
    }

    /** Passes on what there is. */
    void tell(ChannelPipeline pipeline) {
        ErrorQueue q = queue;
        if (q == null) {
            return;
        }
        for (SendNotice n = q.poll(); n != null; n = q.poll()) {
            pipeline.fireUserEventTriggered(n);
        }
    }
}
