package io.sluice.posix;

import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpSocket;
import io.sluice.host.Host;
import io.sluice.posix.PosixProfile.Trait;
import io.sluice.tcp.Knob;
import io.sluice.tcp.TcpConnection;
import io.sluice.tcp.TcpInfo;
import io.sluice.time.Deadline;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The socket calls of POSIX on one {@link Host}, as one process sees them: file descriptors, blocking and non-blocking,
 * error numbers. Without I/O and threads: a call that blocks is returned undone, and {@link #poll}, which the host's
 * driver calls in each turn after packets and timers, completes it later. Confined to the host's thread. Calls never
 * throw for what a program did wrong: they fail with an {@link Errno}.
 */
public final class PosixSockets {
    private static final int FIRST_DESCRIPTOR = 3;
    private static final int MAX_DESCRIPTORS = 1 << 20;
    private static final long NS_PER_MS = 1_000_000L;

    private final Sockets sockets;
    private final PosixProfile profile;
    private final StreamOptions streamOptions;
    private final OctetOptions octetOptions;
    private final DescriptorTable descriptors = new DescriptorTable(FIRST_DESCRIPTOR, MAX_DESCRIPTORS);
    private final List<Call> waiting = new ArrayList<>();
    private final MemoryFiles files = new MemoryFiles();
    private final DatagramSockets datagrams;
    private final StreamMessages messages;

    /** Something has changed here that a call may wait for. */
    private boolean stirred;

    public PosixSockets(Host host, PosixProfile profile) {
        this.sockets = new Sockets(host);
        this.datagrams = new DatagramSockets(this, sockets);
        this.profile = profile;
        this.octetOptions = new OctetOptions(profile);
        this.streamOptions =
                new StreamOptions(host.tcp().layer().knobs(), host.tcp().layer().stacks());
        this.messages = new StreamMessages(this, host.tcp().layer().knobs().getInt(Knob.LENT_PIECES_PER_PACKET));
    }

    /** How this kernel differs. */
    public PosixProfile profile() {
        return profile;
    }

    /** The calls of datagram sockets. */
    public DatagramSockets datagrams() {
        return datagrams;
    }

    /** {@code sendmsg} of stream sockets, and their error queues. */
    public StreamMessages messages() {
        return messages;
    }

    /** The files that {@code open} finds. */
    public MemoryFiles files() {
        return files;
    }

    /** {@code socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM, IPPROTO_TCP)}: the descriptor. */
    public Call socket(boolean ipv6, boolean nonBlocking) {
        StreamSocket socket = new StreamSocket(profile, sockets, sockets.tcp(), ipv6);
        socket.nonBlocking = nonBlocking;
        return open(socket);
    }

    @Nullable Descriptor descriptor(int fd) {
        return descriptors.get(fd);
    }

    Call open(Descriptor descriptor) {
        int fd = descriptors.add(descriptor);
        return fd < 0 ? Call.failed(Errno.EMFILE) : Call.returned(fd);
    }

    Call withStream(int fd, StreamCall call) {
        Descriptor d = descriptors.get(fd);
        return d instanceof StreamSocket s ? call.on(s) : Call.failed(d == null ? Errno.EBADF : Errno.ENOTSOCK);
    }

    /** What a call does with the stream socket that it is about. */
    @FunctionalInterface
    interface StreamCall {
        Call on(StreamSocket stream);
    }

    /** Makes a call once, and again when there is news if it may block. */
    Call run(Descriptor on, boolean mayBlock, long timeoutNs, Call.Attempt attempt, long nowNs) {
        long deadlineNs = timeoutNs > 0 ? Deadline.after(nowNs, timeoutNs) : Deadline.NEVER;
        Call call = new Call(on, deadlineNs, attempt);
        call.attempt(nowNs);
        if (!call.isDone()) {
            if (mayBlock) {
                waiting.add(call);
            } else {
                call.settle(Errno.EAGAIN);
            }
        }
        return call;
    }

    /** {@code bind}. */
    public Call bind(int fd, Endpoint local) {
        return withStream(fd, s -> s.bind(local));
    }

    /** {@code listen}. */
    public Call listen(int fd, int backlog) {
        return withStream(fd, s -> s.listen(backlog));
    }

    /** {@code accept}: the new descriptor. {@link #getpeername} tells who it is. */
    public Call accept(int fd, boolean nonBlocking, long nowNs) {
        return withStream(
                fd, s -> run(s, !s.nonBlocking, s.receiveTimeoutNs, (c, t) -> accept(s, c, nonBlocking), nowNs));
    }

    private void accept(StreamSocket listening, Call call, boolean nonBlocking) {
        if (descriptors.isFull()) {
            call.fail(Errno.EMFILE);
            return;
        }
        StreamSocket accepted = listening.accept(call);
        if (accepted != null) {
            accepted.nonBlocking =
                    nonBlocking || (profile.has(Trait.ACCEPTED_INHERITS_NON_BLOCKING) && listening.nonBlocking);
            call.complete(descriptors.add(accepted));
        }
    }

    /** {@code connect}. */
    public Call connect(int fd, Endpoint remote, long nowNs) {
        return withStream(fd, s -> {
            boolean again = s.isOpening();
            Call refused = s.connect(remote, nowNs);
            if (refused != null) {
                return refused;
            }
            if (s.nonBlocking) {
                return Call.failed(Errno.EINPROGRESS);
            }
            Call call = run(s, true, s.sendTimeoutNs, s::finishConnect, nowNs);
            call.late(again ? Errno.EALREADY : s.errno(Situation.CONNECT_TIMED_OUT));
            return call;
        });
    }

    /** {@code connect} with AF_UNSPEC: the socket is connected no more, and listens no more; FreeBSD: EAFNOSUPPORT. */
    public Call disconnect(int fd, long nowNs) {
        stir();
        return withStream(fd, s -> s.disconnect(nowNs));
    }

    /** {@code recv} and {@code read}: fills {@code target} from its position; 0 is the end of the stream. */
    public Call recv(int fd, ByteBuffer target, Set<MessageFlag> flags, long nowNs) {
        return withStream(fd, s -> {
            boolean mayBlock = !s.nonBlocking && !flags.contains(MessageFlag.MSG_DONTWAIT);
            return run(s, mayBlock, s.receiveTimeoutNs, (c, t) -> s.receive(c, target, flags), nowNs);
        });
    }

    /** {@code send} and {@code write}: takes from {@code data}, all of it where the call may block. */
    public Call send(int fd, ByteBuffer data, Set<MessageFlag> flags, long nowNs) {
        return withStream(fd, s -> send(s, data, flags, null, List.of(), nowNs));
    }

    /** @param control what is said of this write alone */
    Call send(
            StreamSocket s,
            ByteBuffer data,
            Set<MessageFlag> flags,
            @Nullable Endpoint to,
            List<ControlMessage> control,
            long nowNs) {
        boolean mayBlock = !s.nonBlocking && !flags.contains(MessageFlag.MSG_DONTWAIT);
        Call.Attempt attempt = FastOpenCall.applies(s, flags, to)
                ? new FastOpenCall(s, data, flags, to, mayBlock)::attempt
                : (c, t) -> s.send(c, data, flags, mayBlock);
        return run(s, mayBlock, s.sendTimeoutNs, s.stamps.ofCall(control, attempt), nowNs);
    }

    /** {@code sendto}: as {@link #send} on a connected stream socket, which ignores the address (POSIX). */
    public Call sendto(int fd, ByteBuffer data, Set<MessageFlag> flags, @Nullable Endpoint to, long nowNs) {
        return withStream(
                fd, s -> s.refuses(to) ? Call.failed(Errno.EISCONN) : send(s, data, flags, to, List.of(), nowNs));
    }

    /** {@code sockatmark}: 1 if what is read next follows urgent data, or with SO_OOBINLINE is its last octet; else 0. */
    public Call sockatmark(int fd) {
        return withStream(fd, s -> Call.returned(s.isAtMark() ? 1 : 0));
    }

    /** {@code open} for reading, of {@link #files}. */
    public Call open(String path) {
        byte[] content = files.read(path);
        return content == null ? Call.failed(Errno.ENOENT) : open(new OpenFile(content));
    }

    /** {@code sendfile}, {@code pipe} and {@code splice}. */
    public Transfers transfers() {
        return new Transfers(this, descriptors);
    }

    /** What the queues of sockets hold. */
    public QueueLengths queueLengths() {
        return new QueueLengths(descriptors, profile);
    }

    /** What {@code fcntl} knows of descriptors beside O_NONBLOCK. */
    public Fcntl fcntl() {
        return new Fcntl(descriptors);
    }

    /** {@code shutdown}: which directions. */
    public Call shutdown(int fd, boolean reading, boolean writing, long nowNs) {
        stir(); // a listener may be none any more
        return withStream(fd, s -> s.shutdown(reading, writing, nowNs));
    }

    /**
     * {@code close}. Calls that wait for the last descriptor of a socket fail with {@code EBADF}. With SO_LINGER it waits for what was
     * written to be acknowledged.
     */
    public Call close(int fd, long nowNs) {
        return close(fd, true, nowNs);
    }

    private Call close(int fd, boolean mayLinger, long nowNs) {
        Descriptor descriptor = descriptors.get(fd);
        if (descriptor == null) {
            return Call.failed(Errno.EBADF);
        }
        descriptors.remove(fd);
        if (descriptor.references == 0) {
            for (EpollInstance.Interest interest : List.copyOf(descriptor.watchers)) {
                interest.forget();
            }
            waiting.stream().filter(c -> c.descriptor() == descriptor).forEach(c -> c.fail(Errno.EBADF));
            waiting.removeIf(Call::isDone);
            if (mayLinger && descriptor instanceof StreamSocket s && Lingering.starts(s, nowNs)) {
                Lingering lingering = new Lingering(s, nowNs);
                return run(s, true, lingering.ns(), lingering::attempt, nowNs);
            }
            descriptor.close(nowNs);
        }
        return Call.returned(0);
    }

    /** {@code dup}: another descriptor of the same socket. */
    public Call dup(int fd) {
        return fcntl().dup(fd, 0, false);
    }

    /** {@code fcntl(fd, F_GETFL)}, as far as O_NONBLOCK goes: 1 if it is set. */
    public Call isNonBlocking(int fd) {
        Descriptor d = descriptors.get(fd);
        return d == null ? Call.failed(Errno.EBADF) : Call.returned(d.nonBlocking ? 1 : 0);
    }

    /** {@code fcntl(fd, F_SETFL)}, as far as O_NONBLOCK goes. */
    public Call setNonBlocking(int fd, boolean nonBlocking) {
        Descriptor d = descriptors.get(fd);
        if (d != null) {
            d.nonBlocking = nonBlocking;
        }
        return d == null ? Call.failed(Errno.EBADF) : Call.returned(0);
    }

    /** {@code getsockopt}: {@link SocketOption#valueCount} values into {@code out}. */
    public Call getsockopt(int fd, SocketOption option, long[] out) {
        return withStream(fd, s -> outcome(streamOptions.get(s, option, out)));
    }

    /** {@code setsockopt}. */
    public Call setsockopt(int fd, SocketOption option, long[] values, long nowNs) {
        return withStream(fd, s -> outcome(streamOptions.set(s, option, values, nowNs)));
    }

    /** {@code setsockopt} of an option whose value is a name. */
    public Call setsockopt(int fd, SocketOption option, String name, long nowNs) {
        return withStream(fd, s -> outcome(streamOptions.set(s, option, name, nowNs)));
    }

    /** {@code getsockopt} of an option whose value is a name; null if {@code fd} is no stream socket, or the option no such. */
    public @Nullable String getsockoptName(int fd, SocketOption option) {
        return descriptors.get(fd) instanceof StreamSocket s ? StreamOptions.getName(s, option) : null;
    }

    /** {@code setsockopt} of an option whose value is octets. */
    public Call setsockopt(int fd, SocketOption option, byte[] value) {
        return withStream(fd, s -> outcome(octetOptions.set(s, option, value)));
    }

    /** {@code getsockopt} of an option whose value is octets; empty unless it succeeds. */
    public byte[] getsockopt(int fd, SocketOption option) {
        return getsockopt(fd, option, Integer.MAX_VALUE);
    }

    /** As {@link #getsockopt(int, SocketOption)}; a value that is longer than {@code room} stays to be asked for again. */
    public byte[] getsockopt(int fd, SocketOption option, int room) {
        return descriptors.get(fd) instanceof StreamSocket s ? OctetOptions.get(s, option, room) : new byte[0];
    }

    private static Call outcome(@Nullable Errno errno) {
        return errno == null ? Call.returned(0) : Call.failed(errno);
    }

    /** {@code getsockname}; null if {@code fd} is no socket. A socket that is not bound has an unspecified one. */
    public @Nullable Endpoint getsockname(int fd) {
        if (!(descriptors.get(fd) instanceof StreamSocket s)) {
            return null;
        }
        Endpoint local = s.localEndpoint();
        return local == null ? s.unspecified() : local;
    }

    /** {@code getpeername}; null if {@code fd} is not connected: not yet, or not any more. */
    public @Nullable Endpoint getpeername(int fd) {
        return descriptors.get(fd) instanceof StreamSocket s && s.hasPeer()
                ? s.socket().remoteEndpoint()
                : null;
    }

    /** {@code getsockopt(fd, IPPROTO_TCP, TCP_INFO)}: null before {@link #connect}. */
    public @Nullable TcpInfo tcpInfo(int fd) {
        TcpSocket s = tcpSocket(fd);
        TcpConnection c = s == null ? null : s.connection();
        return c == null ? null : c.info();
    }

    /** All open sockets in the order of their descriptors, as tools that list sockets show them. */
    public List<OpenSocket> list() {
        return OpenSocket.in(descriptors);
    }

    /** The core's socket behind a connected or connecting stream socket, or null: for what POSIX has no call for. */
    public @Nullable TcpSocket tcpSocket(int fd) {
        return descriptors.get(fd) instanceof StreamSocket s && !s.isListening() ? s.socket() : null;
    }

    /** {@code poll}: how many entries have news. A negative timeout is none. */
    public Call poll(List<PollFd> entries, long timeoutMs, long nowNs) {
        return waitForAny(
                timeoutMs,
                c -> c.completeIfAny(
                        entries.stream().mapToInt(e -> e.look(descriptors)).sum()),
                nowNs);
    }

    /** {@code select} of descriptors below {@code count}: how many bits are left in the sets. A negative timeout is none. */
    public Call select(int count, SelectSets sets, long timeoutMs, long nowNs) {
        SelectSets asked = sets.below(Math.max(0, count));
        if (count < 0 || !asked.areOpen(descriptors)) {
            return Call.failed(count < 0 ? Errno.EINVAL : Errno.EBADF);
        }
        return waitForAny(timeoutMs, c -> c.completeIfAny(asked.look(descriptors, sets)), nowNs);
    }

    private Call waitForAny(long timeoutMs, Consumer<Call> look, long nowNs) {
        long deadlineNs = timeoutMs < 0 ? Deadline.NEVER : Deadline.after(nowNs, timeoutMs * NS_PER_MS);
        Call call = new Call(null, deadlineNs, (c, t) -> {
            look.accept(c);
            if (!c.isDone() && t >= deadlineNs) {
                c.complete(0);
            }
        });
        call.attempt(nowNs);
        if (!call.isDone()) {
            waiting.add(call);
        }
        return call;
    }

    /** {@code epoll_create}: the descriptor. */
    public Call epollCreate() {
        return open(new EpollInstance());
    }

    /** What {@code epoll_ctl} does. */
    public enum EpollOperation {
        EPOLL_CTL_ADD,
        EPOLL_CTL_MOD,
        EPOLL_CTL_DEL
    }

    /** {@code epoll_ctl}. */
    public Call epollCtl(int epfd, EpollOperation operation, int fd, EpollEvent event) {
        Descriptor watched = descriptors.get(fd);
        Descriptor epoll = descriptors.get(epfd);
        if (watched == null || !(epoll instanceof EpollInstance instance) || watched == epoll) {
            return Call.failed(watched == null || epoll == null ? Errno.EBADF : Errno.EINVAL);
        }
        if (!instance.mayBeExclusive(fd, operation, watched, event.events())) {
            return Call.failed(Errno.EINVAL);
        }
        if (instance.contains(fd) == (operation == EpollOperation.EPOLL_CTL_ADD)) {
            return Call.failed(operation == EpollOperation.EPOLL_CTL_ADD ? Errno.EEXIST : Errno.ENOENT);
        }
        switch (operation) {
            case EPOLL_CTL_ADD -> instance.add(fd, watched, event.events(), event.data());
            case EPOLL_CTL_MOD -> instance.modify(fd, event.events(), event.data());
            case EPOLL_CTL_DEL -> instance.remove(fd);
        }
        return Call.returned(0);
    }

    /** {@code epoll_wait}: how many events were put into {@code into}. A negative timeout is none. */
    public Call epollWait(int epfd, List<EpollEvent> into, int maxEvents, long timeoutMs, long nowNs) {
        if (!(descriptors.get(epfd) instanceof EpollInstance instance)) {
            return Call.failed(descriptors.get(epfd) == null ? Errno.EBADF : Errno.EINVAL);
        }
        if (maxEvents <= 0) {
            return Call.failed(Errno.EINVAL);
        }
        return waitForAny(
                timeoutMs,
                c -> {
                    instance.collect(into, maxEvents);
                    c.completeIfAny(into.size());
                },
                nowNs);
    }

    /**
     * Takes what sockets have to tell, and makes the calls again that wait for it or whose time is over.
     *
     * @return whether there was something, so that there may be something to transmit
     */
    public boolean poll(long nowNs) {
        boolean news = false;
        for (Object ready = sockets.pollReady(); ready != null; ready = sockets.pollReady()) {
            Descriptor descriptor = Descriptor.of(ready);
            if (descriptor != null) {
                descriptor.changed();
                news = true;
            }
        }
        if (waiting.isEmpty() || !(news || stirred || nowNs >= nextDeadlineNs())) {
            return news;
        }
        do {
            stirred = false;
            for (Call call : List.copyOf(waiting)) {
                call.attempt(nowNs);
                if (!call.isDone() && nowNs >= call.deadlineNs()) {
                    call.settleLate();
                }
            }
            waiting.removeIf(Call::isDone);
        } while (stirred);
        return true;
    }

    /** Calls that wait are to be made again, although no socket of the core has news. */
    void stir() {
        stirred = true;
    }

    /** When {@link #poll} has to be called next at the latest, or {@link Deadline#NEVER}. */
    public long nextDeadlineNs() {
        long next = stirred && !waiting.isEmpty() ? 0 : Deadline.NEVER;
        for (Call call : waiting) {
            next = Math.min(next, call.deadlineNs());
        }
        return next;
    }

    /** Closes all descriptors, as the end of a process does. */
    public void closeAll(long nowNs) {
        for (int fd : descriptors.numbers()) {
            close(fd, false, nowNs);
        }
    }
}
