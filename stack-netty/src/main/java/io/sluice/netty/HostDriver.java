package io.sluice.netty;

import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.ThreadAwareExecutor;
import io.netty.util.concurrent.Ticker;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.api.UdpSocket;
import io.sluice.event.Counter;
import io.sluice.host.Host;
import io.sluice.link.PolledLink;
import io.sluice.tcp.Flow;
import io.sluice.tcp.TcpConnection;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs one {@link Host} on one event loop, in turns: received packets, due timers, channels that have something to do,
 * and what is to be sent. Reads the clock for the host, anew about every 100 µs of work. Confined to the loop's thread
 * but for {@link #run}.
 */
final class HostDriver {
    /** Packets that are received on one reading of the clock: at most about 100 µs of them. */
    private static final int RECEIVE_BATCH_PACKETS = 8;

    /** Packets and octets of one link and turn; then others get their turn, and acknowledgments leave. */
    private static final int MAX_PACKETS_PER_TURN = 64;

    private static final int MAX_RECEIVED_BYTES_PER_TURN = 512 * 1024;

    /**
     * What is sent on one reading of the clock, and in one turn: received acknowledgments should not wait long, and they free
     * memory that the processor's cache still has.
     */
    private static final int TRANSMIT_BATCH_BYTES = 256 * 1024;

    /** Sockets that are told of events in one turn. */
    private static final int MAX_READY_PER_TURN = 1024;

    /** How long the last packets of a host may wait for a link that is busy, and how often that is asked. */
    private static final long LAST_PACKETS_NS = 1_000_000_000;

    private static final long ASK_AGAIN_NS = 100_000;

    private final Host host;
    private final Sockets sockets;
    private final ThreadAwareExecutor loop;
    private final Ticker clock = Ticker.systemTicker();
    private final List<LinkPort> ports = new ArrayList<>();
    private final ArrayDeque<SluiceChannel> scheduled = new ArrayDeque<>();
    private final FileReads files;
    private boolean more;
    private boolean closed;

    HostDriver(SluiceNetwork network, ThreadAwareExecutor loop) {
        this.loop = loop;
        this.host = network.createHost(now());
        this.sockets = new Sockets(host);
        this.files = new FileReads(network.fileReaders());
        for (PolledLink link : network.links()) {
            ports.add(new LinkPort(link, this));
        }
    }

    Host host() {
        return host;
    }

    Sockets sockets() {
        return sockets;
    }

    FileReads files() {
        return files;
    }

    List<LinkPort> ports() {
        return ports;
    }

    /** The host's time: that of Netty's loops, which starts at 0 with the process. */
    long now() {
        return clock.nanoTime();
    }

    boolean inLoop() {
        return loop.isExecutorThread(Thread.currentThread());
    }

    /** Runs {@code task} on the loop: now, or soon. False, and not at all, if the loop has ended and closed everything. */
    boolean run(Runnable task) {
        if (inLoop()) {
            task.run();
            return true;
        }
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** As {@link #run(Runnable)}; {@code promise}, which the task keeps, is broken if it does not run. */
    void run(Runnable task, ChannelPromise promise) {
        if (!run(task)) {
            promise.setFailure(new ClosedChannelException()); // with its event loop
        }
    }

    /** Brings the channel back in the next turn, as if its socket had become ready. */
    void schedule(SluiceChannel channel) {
        if (!channel.scheduled && !closed) {
            channel.scheduled = true;
            scheduled.add(channel);
        }
    }

    /**
     * Closes a socket. Where that is a reset (RFC 9293 §3.6.1, SHLD-3: data was not read; SO_LINGER of 0), what the pipeline has
     * written in this turn leaves before it, as far as the windows let it: with the kernel's sockets it has left already.
     */
    void close(TcpSocket socket) {
        if (socket.readableBytes() > 0 || socket.options().lingerSeconds == 0) {
            host.transmit(TRANSMIT_BATCH_BYTES, now());
        }
        socket.close(now());
    }

    /** Does one turn; returns how many packets and channels it dealt with. */
    int turn() {
        int handled = 0;
        for (int i = 0; i < ports.size(); i++) {
            handled += receive(ports.get(i));
        }
        host.onTimer(now());
        handled += tellChannels();
        transmit();
        return handled;
    }

    private int receive(LinkPort port) {
        int packets = 0;
        if (port.takeReady(now())) {
            long bytesBefore = host.counters().get(Counter.BYTES_IN);
            int n;
            do {
                n = port.link().receive(host, RECEIVE_BATCH_PACKETS, now());
                packets += n;
            } while (n == RECEIVE_BATCH_PACKETS
                    && packets < MAX_PACKETS_PER_TURN
                    && host.counters().get(Counter.BYTES_IN) - bytesBefore < MAX_RECEIVED_BYTES_PER_TURN);
            if (n == RECEIVE_BATCH_PACKETS) {
                port.signal();
            }
        }
        return packets;
    }

    private int tellChannels() {
        int told = 0;
        while (told < MAX_READY_PER_TURN) {
            Object socket = sockets.pollReady();
            if (socket == null) {
                break;
            }
            told++;
            SluiceChannel channel = channelOf(socket);
            if (channel != null) {
                channel.onReady();
            }
        }
        for (int n = scheduled.size(); n > 0; n--) {
            SluiceChannel channel = scheduled.remove();
            channel.scheduled = false;
            channel.onReady();
            told++;
        }
        return told;
    }

    private static @Nullable SluiceChannel channelOf(Object socket) {
        if (socket instanceof TcpSocket s) {
            return (SluiceChannel) s.attachment();
        }
        if (socket instanceof UdpSocket s) {
            return (SluiceChannel) s.attachment();
        }
        return socket instanceof TcpListener l ? (SluiceChannel) l.attachment() : null;
    }

    private void transmit() {
        more = host.transmit(TRANSMIT_BATCH_BYTES, now());
        if (host.ring().isStalled()) {
            for (int i = 0; i < ports.size(); i++) {
                ports.get(i).awaitRoom();
            }
        }
    }

    /** Whether another turn has something to do at once, so that the loop must not sleep. */
    boolean hasWork() {
        if (more || !scheduled.isEmpty() || !host.ready().isEmpty()) {
            return true;
        }
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i).isReady()) {
                return true;
            }
        }
        return host.ring().hasWork() && !host.ring().isStalled();
    }

    /** When the next turn has something to do at the latest, on the clock of {@link #now}. */
    long nextDeadlineNs() {
        long deadlineNs = host.nextDeadlineNs();
        for (int i = 0; i < ports.size(); i++) {
            deadlineNs = Math.min(deadlineNs, ports.get(i).link().nextDeadlineNs());
        }
        return deadlineNs;
    }

    /**
     * Ends the host and its links. Connections that still have something to send are reset, so that their peers do not
     * wait for it; the others have said all there was to say. Takes up to a second where a link is busy.
     */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        long nowNs = now();
        List<TcpConnection> unfinished = new ArrayList<>();
        host.tcp().layer().flows().forEach(flow -> addIfUnfinished(flow, unfinished));
        for (TcpConnection c : unfinished) {
            c.abort(nowNs);
        }
        transmitTheLast();
        host.close(now());
        files.close();
        scheduled.clear();
        for (LinkPort port : ports) {
            port.link().close();
        }
    }

    /**
     * Whoever does not get these waits for them: so a link that is busy is given a moment. This thread, whose loop is over, does
     * nothing else meanwhile but take in what arrives, since the link's other end may be here, too.
     */
    private void transmitTheLast() {
        long endNs = now() + LAST_PACKETS_NS;
        while (host.transmit(Integer.MAX_VALUE, now()) || host.ring().isStalled()) {
            int received = 0;
            for (LinkPort port : ports) {
                received += port.link().receive(host, RECEIVE_BATCH_PACKETS, now());
            }
            if (now() > endNs) {
                return;
            }
            if (received == 0) {
                LockSupport.parkNanos(ASK_AGAIN_NS);
            }
        }
    }

    private static void addIfUnfinished(Flow flow, List<TcpConnection> unfinished) {
        if (flow instanceof TcpConnection c && c.queuedBytes() > 0) {
            unfinished.add(c);
        }
    }
}
