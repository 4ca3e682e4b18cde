package io.sluice.packetdrill.run;

import io.sluice.api.Endpoint;
import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.language.Symbols;
import io.sluice.packetdrill.language.SystemCall;
import io.sluice.posix.Call;
import io.sluice.posix.DatagramMessage;
import io.sluice.posix.DatagramSockets;
import io.sluice.posix.Errno;
import io.sluice.posix.MessageFlag;
import io.sluice.posix.PosixSockets;
import io.sluice.udp.SendOptions;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The system calls that scripts make: from their arguments to calls of {@link PosixSockets}. */
public final class SystemCalls implements SystemInterface {
    private static final long SHUT_RD = 0;
    private static final long SHUT_WR = 1;
    private static final long SHUT_RDWR = 2;

    private final RunConfig config;
    private final PosixSockets sockets;
    private final DatagramSockets datagrams;
    private final LongSupplier clock;
    private final long startNs;
    private final FlowTracker flows;
    private final Map<String, Handler> handlers = new HashMap<>();

    /** File descriptors as the script calls them, and as they are. */
    private final Map<Long, Integer> descriptors = new HashMap<>();

    /** The descriptor that the last call was about, or made. */
    private int lastDescriptor = -1;

    /** Checks what a call has put into its output arguments. */
    @FunctionalInterface
    interface Outputs {
        Outputs NONE = () -> {};

        void check() throws RunFailure;
    }

    /**
     * A call that was made.
     *
     * @param call the call, done or not
     * @param outputs the check of its output arguments, once it is done and has not failed
     * @param makesDescriptor whether the result is a new file descriptor
     */
    record Made(Call call, Outputs outputs, boolean makesDescriptor) {
        static Made of(Call call) {
            return new Made(call, Outputs.NONE, false);
        }
    }

    /** Makes a call of one name. */
    @FunctionalInterface
    interface Handler {
        Made make(Arguments a) throws RunFailure;
    }

    /**
     * @param clock the host's time, as the calls of {@code sockets} take it, in nanoseconds
     * @param flows is told of the sockets that are bound and connected
     */
    public SystemCalls(RunConfig config, PosixSockets sockets, LongSupplier clock, FlowTracker flows) {
        this.config = config;
        this.sockets = sockets;
        this.datagrams = sockets.datagrams();
        this.clock = clock;
        this.startNs = clock.getAsLong();
        this.flows = flows;
        handlers.put("socket", this::socket);
        handlers.put("bind", this::bind);
        handlers.put("listen", a -> Made.of(sockets.listen(fd(a), (int) a.integer(1))));
        handlers.put("connect", this::connect);
        handlers.put("read", this::read);
        handlers.put("recv", a -> recv(a, a.messageFlags(3)));
        handlers.put("recvfrom", a -> recv(a, a.messageFlags(3)));
        handlers.put("write", this::write);
        handlers.put("send", a -> send(a, a.messageFlags(3)));
        handlers.put("sendto", this::sendto);
        handlers.put("shutdown", this::shutdown);
        handlers.put("close", this::close);
        SocketOptionCalls options = new SocketOptionCalls(this, sockets, config);
        handlers.put("getsockopt", options::getsockopt);
        handlers.put("setsockopt", options::setsockopt);
        DescriptorCalls names =
                new DescriptorCalls(this, sockets, config.personality().symbols());
        handlers.put("accept", names::accept);
        handlers.put("accept4", names::accept4);
        handlers.put("getsockname", names::getsockname);
        handlers.put("getpeername", names::getpeername);
        handlers.put("dup", names::dup);
        handlers.put("dup2", names::dup2);
        handlers.put("dup3", names::dup3);
        handlers.put("fcntl", names::fcntl);
        handlers.put("cap_set", names::capSet);
        MessageCalls messages = new MessageCalls(this, sockets, config);
        handlers.put("sendmsg", messages::sendmsg);
        handlers.put("recvmsg", messages::recvmsg);
        handlers.put("readv", messages::readv);
        handlers.put("writev", messages::writev);
        EventCalls events = new EventCalls(this, sockets);
        handlers.put("poll", events::poll);
        handlers.put("epoll_create", events::epollCreate);
        handlers.put("epoll_create1", events::epollCreate1);
        handlers.put("epoll_ctl", events::epollControl);
        handlers.put("epoll_wait", events::epollWait);
        handlers.put("epoll_pwait", events::epollPwait);
        FileCalls files = new FileCalls(this, sockets);
        handlers.put("open", files::open);
        handlers.put("sendfile", files::sendfile);
        handlers.put("ioctl", files::ioctl);
        handlers.put("pipe", files::pipe);
        handlers.put("pipe2", files::pipe2);
        handlers.put("splice", files::splice);
    }

    long now() {
        return clock.getAsLong();
    }

    /** A call that was made, and what the script says of it. */
    private final class Scripted implements PendingCall {
        private static final long NOT_YET = -1;

        private final SystemCall scripted;
        private final Made made;
        private long doneNs = NOT_YET;

        Scripted(SystemCall scripted, Made made) {
            this.scripted = scripted;
            this.made = made;
        }

        @Override
        public boolean isDone() {
            if (doneNs == NOT_YET && made.call().isDone()) {
                doneNs = now() - startNs;
            }
            return doneNs != NOT_YET;
        }

        @Override
        public long doneNs() {
            return doneNs;
        }

        @Override
        public String returned() {
            return made.call().toString();
        }

        @Override
        public @Nullable String difference() throws RunFailure {
            return SystemCalls.this.difference(scripted, made);
        }
    }

    @Override
    public PendingCall make(SystemCall call) throws RunFailure {
        Handler handler = handlers.get(call.name());
        if (handler == null) {
            throw new RunFailure(call.position(), "system call " + call.name() + " is not supported");
        }
        Arguments a = new Arguments(call, config.personality().symbols());
        ArgumentCounts.check(call);
        return new Scripted(call, handler.make(a));
    }

    @Override
    public Map<String, Object> tcpInfo() {
        return new TcpInfoNames(config, sockets).fields(lastDescriptor, now());
    }

    /** The host's time when the script began. */
    long startNs() {
        return startNs;
    }

    /** The descriptor that the call is about. */
    int fd(Arguments a) throws RunFailure {
        lastDescriptor = descriptor(a.integer(0));
        return lastDescriptor;
    }

    /** From now on the script calls a descriptor {@code scripted}. */
    void name(long scripted, int descriptor) {
        descriptors.put(scripted, descriptor);
    }

    /** Whether an argument is {@code NULL}. */
    static boolean isNull(Expression e) {
        return e instanceof Expression.Name name && name.name().equals("NULL");
    }

    /** What the script calls {@code scripted}. */
    int descriptor(long scripted) {
        return descriptors.getOrDefault(scripted, -1);
    }

    private static Made descriptor(Call call) {
        return new Made(call, Outputs.NONE, true);
    }

    /** Compares what a call returned with what the script says; null if that is as it should be. */
    private @Nullable String difference(SystemCall scripted, Made made) throws RunFailure {
        Call call = made.call();
        Arguments a = new Arguments(scripted, config.personality().symbols());
        boolean any = scripted.result() instanceof Expression.Ellipsis;
        if (!any) {
            long expected = a.integer(scripted.result());
            boolean same = (made.makesDescriptor() && expected >= 0) ? call.result() >= 0 : call.result() == expected;
            if (!same) {
                return "expected " + expected
                        + scripted.error().map(e -> " " + e).orElse("") + ", returned " + call;
            }
            if (made.makesDescriptor() && call.result() >= 0) {
                lastDescriptor = (int) call.result();
                descriptors.put(expected, lastDescriptor);
            }
        }
        String errno = errnoDifference(scripted, call);
        if (errno == null && call.errno() == null) {
            made.outputs().check();
        }
        return errno;
    }

    private @Nullable String errnoDifference(SystemCall scripted, Call call) throws RunFailure {
        Optional<String> expected = scripted.error();
        if (expected.isEmpty()) {
            return null;
        }
        long number = config.personality()
                .symbols()
                .value(expected.get())
                .orElseThrow(() -> new RunFailure(scripted.position(), "no errno: " + expected.get()));
        boolean same = call.errno() != null && config.personality().posix().number(call.errno()) == number;
        return same ? null : "expected errno " + expected.get() + ", returned " + call;
    }

    private Made socket(Arguments a) throws RunFailure {
        Symbols symbols = config.personality().symbols();
        boolean ipv6 = a.isEllipsis(0) ? config.ipv6Sockets() : isIpv6(a);
        Set<String> type = a.flags(1, "SOCK_STREAM", "SOCK_DGRAM", "SOCK_NONBLOCK", "SOCK_CLOEXEC");
        boolean datagram = type.contains("SOCK_DGRAM");
        if (datagram == type.contains("SOCK_STREAM")) {
            throw a.failure(a.get(1), "either SOCK_STREAM or SOCK_DGRAM is supported");
        }
        long protocol = a.isEllipsis(2) ? 0 : a.integer(2);
        if (symbols.value("IPPROTO_MPTCP").orElse(-1) == protocol) {
            throw a.failure(a.get(2), "there is no Multipath TCP here");
        }
        if (protocol != 0 && protocol != (datagram ? IpProtocol.UDP : IpProtocol.TCP)) {
            return Made.of(Call.failed(Errno.EPROTONOSUPPORT));
        }
        boolean nonBlocking = type.contains("SOCK_NONBLOCK");
        Call call = datagram ? datagrams.socket(ipv6, nonBlocking) : sockets.socket(ipv6, nonBlocking);
        return closingOnExec(descriptor(call), type.contains("SOCK_CLOEXEC"));
    }

    /** A call with a wrong argument about a descriptor that may be wrong, too. */
    Call invalid(int fd) {
        Call known = sockets.isNonBlocking(fd);
        return known.errno() == null ? Call.failed(Errno.EINVAL) : known;
    }

    private static boolean isIpv6(Arguments a) throws RunFailure {
        return switch (a.name(0)) {
            case "AF_INET", "PF_INET" -> false;
            case "AF_INET6", "PF_INET6" -> true;
            default -> throw a.failure(a.get(0), "only AF_INET and AF_INET6 are supported");
        };
    }

    /** Sets FD_CLOEXEC of a descriptor that a call has just made, if it did. */
    Made closingOnExec(Made made, boolean on) {
        if (on && made.call().isDone() && made.call().errno() == null) {
            sockets.fcntl().setCloseOnExec((int) made.call().result(), true);
        }
        return made;
    }

    /** An address as the calls of this run's sockets take it: IPv4-mapped where they are IPv6 ones. */
    private IpAddress asGiven(IpAddress address) {
        return config.ipv6Sockets() && !address.isV6()
                ? IpAddress.ofV6(0, 0xFFFF_0000_0000L | Integer.toUnsignedLong(address.v4()))
                : address;
    }

    private Made bind(Arguments a) throws RunFailure {
        Endpoint local = a.endpoint(1, new Endpoint(asGiven(config.local()), config.bindPort()));
        int fd = fd(a);
        if (a.isAddressTooShort(2, local)) {
            return Made.of(invalid(fd));
        }
        boolean datagram = datagrams.has(fd);
        Call call = datagram ? datagrams.bind(fd, local) : sockets.bind(fd, local);
        if (call.result() == 0) {
            Endpoint bound = datagram ? datagrams.getsockname(fd) : sockets.getsockname(fd);
            flows.onBind(bound == null ? local.port() : bound.port());
        }
        return Made.of(call);
    }

    private Made connect(Arguments a) throws RunFailure {
        if (a.isUnspecified(1)) {
            return Made.of(sockets.disconnect(fd(a), now()));
        }
        Endpoint remote = a.endpoint(1, usualRemote());
        int fd = fd(a);
        if (a.isAddressTooShort(2, remote)) {
            return Made.of(invalid(fd));
        }
        boolean datagram = datagrams.has(fd);
        Call call = datagram ? datagrams.connect(fd, remote, now()) : sockets.connect(fd, remote, now());
        Endpoint local = datagram ? datagrams.getsockname(fd) : sockets.getsockname(fd);
        if (call.errno() == null || call.errno() == Errno.EINPROGRESS) {
            flows.onConnect(local == null ? 0 : local.port(), remote.port());
        }
        return Made.of(call);
    }

    private Made read(Arguments a) throws RunFailure {
        int fd = fd(a);
        if (datagrams.has(fd)) {
            return recv(a, Set.of());
        }
        ByteBuffer into = ByteBuffer.allocate((int) a.integer(2));
        if (isNull(a.get(1)) && into.hasRemaining()) {
            return recv(a, Set.of());
        }
        return new Made(sockets.transfers().read(fd, into, now()), () -> checkContent(a, a.get(1), into), false);
    }

    private Made write(Arguments a) throws RunFailure {
        int fd = fd(a);
        if (datagrams.has(fd) || isNull(a.get(1))) {
            return send(a, Set.of());
        }
        return Made.of(sockets.transfers().write(fd, a.bytes(1, a.integer(2)), now()));
    }

    private Made recv(Arguments a, Set<MessageFlag> flags) throws RunFailure {
        int fd = fd(a);
        Expression expected = a.get(1);
        boolean datagram = datagrams.has(fd);
        if (flags.contains(MessageFlag.MSG_ERRQUEUE) && !datagram) {
            return Made.of(sockets.messages().receiveError(fd, new ArrayList<>()));
        }
        ByteBuffer into = ByteBuffer.allocate((int) a.integer(2));
        if (isNull(expected) && into.hasRemaining() && !flags.contains(MessageFlag.MSG_TRUNC) && !datagram) {
            return Made.of(faulty(fd, into, flags));
        }
        Call call = datagram
                ? datagrams.recvfrom(fd, into, ofDatagrams(a, flags), now())
                : sockets.recv(fd, into, flags, now());
        Outputs content = () -> checkContent(a, expected, into);
        return new Made(call, a.count() > 4 ? () -> checkSource(a, fd, content) : content, false);
    }

    /** A call without memory to put octets into, which matters where there are any. */
    private Call faulty(int fd, ByteBuffer into, Set<MessageFlag> flags) {
        Set<MessageFlag> looking = EnumSet.of(MessageFlag.MSG_PEEK);
        looking.addAll(flags);
        Call call = sockets.recv(fd, into, looking, now());
        return call.isDone() && call.result() > 0 ? Call.failed(Errno.EFAULT) : call;
    }

    /** Who it came from ({@code recvfrom}): a connected stream does not tell. */
    private void checkSource(Arguments a, int fd, Outputs content) throws RunFailure {
        content.check();
        DatagramMessage message = datagrams.lastMessage(fd);
        if (a.get(4) instanceof Expression.Struct struct) {
            if (message == null) {
                throw a.failure(struct, "a stream does not tell where it comes from");
            }
            a.checkAddress(4, message.from());
        }
    }

    /** Refuses flags that datagrams have on some kernel, and not here. */
    Set<MessageFlag> ofDatagrams(Arguments a, Set<MessageFlag> flags) throws RunFailure {
        for (MessageFlag flag : flags) {
            boolean stream = flag != MessageFlag.MSG_PEEK
                    && flag != MessageFlag.MSG_DONTWAIT
                    && flag != MessageFlag.MSG_WAITALL // which a datagram fulfils
                    && flag != MessageFlag.MSG_NOSIGNAL;
            if (stream) {
                throw new RunFailure(a.call().position(), flag + " is not supported with datagrams");
            }
        }
        return flags;
    }

    static void checkContent(Arguments a, Expression expected, ByteBuffer actual) throws RunFailure {
        if (expected instanceof Expression.StringValue text) {
            int length = text.value().length();
            if (length > actual.position() || (length < actual.position() && !text.openEnded())) {
                throw a.failure(expected, "what was received has another length: " + actual.position());
            }
            for (int i = 0; i < length; i++) {
                if ((byte) text.value().charAt(i) != actual.get(i)) {
                    throw a.failure(expected, "what was received differs at octet " + i);
                }
            }
        } else if (!(expected instanceof Expression.Ellipsis) && !isNull(expected)) {
            throw a.failure(expected, "a string or ... was expected here");
        }
    }

    private Made send(Arguments a, Set<MessageFlag> flags) throws RunFailure {
        if (isNull(a.get(1)) && a.integer(2) > 0) {
            return Made.of(Call.failed(sockets.isNonBlocking(fd(a)).errno() == null ? Errno.EFAULT : Errno.EBADF));
        }
        int fd = fd(a);
        ByteBuffer data = a.bytes(1, a.integer(2));
        return Made.of(
                datagrams.has(fd)
                        ? datagrams.sendto(fd, data, ofDatagrams(a, flags), null, SendOptions.NONE, now())
                        : sockets.send(fd, data, flags, now()));
    }

    private Made sendto(Arguments a) throws RunFailure {
        Endpoint usual = usualRemote();
        Endpoint to = isNull(a.get(4)) ? null : a.endpoint(4, usual);
        boolean faulty = isNull(a.get(1)) && a.integer(2) > 0;
        boolean opens = to != null && a.messageFlags(3).contains(MessageFlag.MSG_FASTOPEN);
        if (faulty && !opens) {
            fd(a);
            return Made.of(Call.failed(Errno.EFAULT));
        }
        ByteBuffer data = a.bytes(1, faulty ? 0 : a.integer(2)); // a SYN that asks for a cookie goes without it
        int fd = fd(a);
        if (datagrams.has(fd)) {
            if (to != null) {
                flows.onConnect(config.bindPort(), to.port());
            }
            return Made.of(datagrams.sendto(fd, data, ofDatagrams(a, a.messageFlags(3)), to, SendOptions.NONE, now()));
        }
        Call call = sendto(fd, data, a.messageFlags(3), to);
        return Made.of(faulty && call.isDone() && call.errno() == null ? Call.failed(Errno.EFAULT) : call);
    }

    private Call sendto(int fd, ByteBuffer data, Set<MessageFlag> flags, @Nullable Endpoint to) {
        boolean connected = isConnected(fd);
        Call call = sockets.sendto(fd, data, flags, to, now());
        if (to != null && !connected) {
            onSentTo(fd, to);
        }
        return call;
    }

    /** Where a message with an address goes, and may have connected to. */
    Endpoint usualRemote() {
        return new Endpoint(asGiven(config.remote()), config.connectPort());
    }

    boolean isConnected(int fd) {
        return sockets.tcpInfo(fd) != null;
    }

    /** A message with an address was sent by a socket that was not connected: it may have connected it. */
    void onSentTo(int fd, Endpoint to) {
        Endpoint local = sockets.getsockname(fd);
        if (isConnected(fd) && local != null) {
            flows.onConnect(local.port(), to.port());
        }
    }

    private Made shutdown(Arguments a) throws RunFailure {
        long how = a.integer(1);
        int fd = fd(a);
        if (how < SHUT_RD || how > SHUT_RDWR) {
            return Made.of(invalid(fd));
        }
        return Made.of(sockets.shutdown(fd, how != SHUT_WR, how != SHUT_RD, now()));
    }

    private Made close(Arguments a) throws RunFailure {
        Call call = sockets.close(fd(a), now());
        descriptors.remove(a.integer(0));
        return Made.of(call);
    }
}
