package io.sluice.packetdrill.run;

import io.sluice.api.Endpoint;
import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.language.SystemCall;
import io.sluice.posix.Call;
import io.sluice.posix.DatagramSockets;
import io.sluice.posix.Errno;
import io.sluice.posix.MessageFlag;
import io.sluice.posix.PosixSockets;
import io.sluice.posix.SocketOption;
import io.sluice.udp.SendOptions;
import io.sluice.wire.IpAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The system calls that scripts make: from their arguments to calls of {@link PosixSockets}. */
public final class SystemCalls implements SystemInterface {
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
        handlers.put("read", a -> recv(a, Set.of()));
        handlers.put("recv", a -> recv(a, a.messageFlags(3)));
        handlers.put("recvfrom", a -> recv(a, a.messageFlags(3)));
        handlers.put("write", a -> send(a, Set.of()));
        handlers.put("send", a -> send(a, a.messageFlags(3)));
        handlers.put("sendto", this::sendto);
        handlers.put("shutdown", this::shutdown);
        handlers.put("close", this::close);
        handlers.put("getsockopt", this::getsockopt);
        handlers.put("setsockopt", this::setsockopt);
        DescriptorCalls names =
                new DescriptorCalls(this, sockets, config.personality().symbols());
        handlers.put("accept", names::accept);
        handlers.put("accept4", names::accept4);
        handlers.put("getsockname", names::getsockname);
        handlers.put("getpeername", names::getpeername);
        handlers.put("dup", names::dup);
        handlers.put("dup2", names::dup2);
        handlers.put("dup3", names::dup2);
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
        handlers.put("epoll_create1", events::epollCreate);
        handlers.put("epoll_ctl", events::epollControl);
        handlers.put("epoll_wait", events::epollWait);
        handlers.put("epoll_pwait", events::epollWait);
        FileCalls files = new FileCalls(this, sockets);
        handlers.put("open", files::open);
        handlers.put("sendfile", files::sendfile);
        handlers.put("ioctl", files::ioctl);
        handlers.put("pipe", files::pipe);
        handlers.put("pipe2", files::pipe);
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
        return new Scripted(
                call, handler.make(new Arguments(call, config.personality().symbols())));
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
        boolean ipv6 = a.isEllipsis(0) ? config.ipv6Sockets() : a.name(0).endsWith("_INET6");
        boolean nonBlocking = a.names(1).contains("SOCK_NONBLOCK");
        if (a.count() > 2 && a.names(2).contains("IPPROTO_MPTCP")) {
            throw a.failure(a.get(2), "there is no Multipath TCP here");
        }
        if (a.names(1).contains("SOCK_DGRAM")) {
            return descriptor(datagrams.socket(ipv6, nonBlocking));
        }
        if (!a.names(1).contains("SOCK_STREAM")) {
            throw a.failure(a.get(1), "only SOCK_STREAM and SOCK_DGRAM are supported");
        }
        return descriptor(sockets.socket(ipv6, nonBlocking));
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
        boolean datagram = datagrams.has(fd);
        Call call = datagram ? datagrams.bind(fd, local) : sockets.bind(fd, local);
        if (call.result() == 0) {
            Endpoint bound = datagram ? datagrams.getsockname(fd) : sockets.getsockname(fd);
            flows.onBind(bound == null ? local.port() : bound.port());
        }
        return Made.of(call);
    }

    private Made connect(Arguments a) throws RunFailure {
        Endpoint remote = a.endpoint(1, new Endpoint(asGiven(config.remote()), config.connectPort()));
        int fd = fd(a);
        boolean datagram = datagrams.has(fd);
        Call call = datagram ? datagrams.connect(fd, remote, now()) : sockets.connect(fd, remote, now());
        Endpoint local = datagram ? datagrams.getsockname(fd) : sockets.getsockname(fd);
        if (call.errno() == null || call.errno() == Errno.EINPROGRESS) {
            flows.onConnect(local == null ? 0 : local.port(), remote.port());
        }
        return Made.of(call);
    }

    private Made recv(Arguments a, Set<MessageFlag> flags) throws RunFailure {
        int length = (int) a.integer(2);
        ByteBuffer into = ByteBuffer.allocate(length);
        int fd = fd(a);
        Call call =
                datagrams.has(fd) ? datagrams.recvfrom(fd, into, flags, now()) : sockets.recv(fd, into, flags, now());
        Expression expected = a.get(1);
        return new Made(call, () -> checkContent(a, expected, into), false);
    }

    private static void checkContent(Arguments a, Expression expected, ByteBuffer actual) throws RunFailure {
        if (expected instanceof Expression.StringValue text) {
            for (int i = 0; i < Math.min(text.value().length(), actual.position()); i++) {
                if ((byte) text.value().charAt(i) != actual.get(i)) {
                    throw a.failure(expected, "what was received differs at octet " + i);
                }
            }
        } else if (!(expected instanceof Expression.Ellipsis)) {
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
                        ? datagrams.sendto(fd, data, flags, null, SendOptions.NONE, now())
                        : sockets.send(fd, data, flags, now()));
    }

    private Made sendto(Arguments a) throws RunFailure {
        Endpoint usual = usualRemote();
        if (isNull(a.get(1)) && a.integer(2) > 0) {
            fd(a);
            return Made.of(Call.failed(Errno.EFAULT));
        }
        Endpoint to = a.get(4) instanceof Expression.Name ? null : a.endpoint(4, usual);
        ByteBuffer data = a.bytes(1, a.integer(2));
        int fd = fd(a);
        if (datagrams.has(fd)) {
            if (to != null) {
                flows.onConnect(config.bindPort(), to.port());
            }
            return Made.of(datagrams.sendto(fd, data, a.messageFlags(3), to, SendOptions.NONE, now()));
        }
        boolean connected = isConnected(fd);
        Call call = sockets.sendto(fd, data, a.messageFlags(3), to, now());
        if (to != null && !connected) {
            onSentTo(fd, to);
        }
        return Made.of(call);
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
        String how = a.name(1);
        boolean reading = how.equals("SHUT_RD") || how.equals("SHUT_RDWR");
        boolean writing = how.equals("SHUT_WR") || how.equals("SHUT_RDWR");
        return Made.of(sockets.shutdown(fd(a), reading, writing, now()));
    }

    private Made close(Arguments a) throws RunFailure {
        Call call = sockets.close(fd(a), now());
        descriptors.remove(a.integer(0));
        return Made.of(call);
    }

    private @Nullable SocketOption option(Arguments a) throws RunFailure {
        String name = a.name(2);
        for (SocketOption option : SocketOption.values()) {
            if (option.name().equals(name)) {
                return option;
            }
        }
        if (config.personality().symbols().value(name).isEmpty()) {
            throw a.failure(
                    a.get(2), name + " means nothing on " + config.personality().symbols());
        }
        return null;
    }

    private Made getsockopt(Arguments a) throws RunFailure {
        SocketOption option = option(a);
        if (option == null) {
            return Made.of(Call.failed(Errno.ENOPROTOOPT));
        }
        if (option.isName()) {
            return getName(a, option);
        }
        if (option.isKeys()) {
            byte[] value = sockets.getsockopt(fd(a), option);
            Call call = value.length == 0 ? Call.failed(Errno.ENOENT) : Call.returned(0);
            return new Made(call, () -> KeyStructs.check(a, KeyStructs.of(option), a.get(3), value), false);
        }
        if (option.isOctets()) {
            byte[] value = sockets.getsockopt(fd(a), option);
            return new Made(Call.returned(0), () -> checkContent(a, a.get(3), filled(value)), false);
        }
        long[] out = new long[option.valueCount()];
        int fd = fd(a);
        Call call = datagrams.has(fd) ? datagrams.getsockopt(fd, option, out) : sockets.getsockopt(fd, option, out);
        return new Made(call, () -> checkValues(a, a.get(3), out), false);
    }

    private Made getName(Arguments a, SocketOption option) throws RunFailure {
        String name = sockets.getsockoptName(fd(a), option);
        return new Made(
                name == null ? Call.failed(Errno.ENOPROTOOPT) : Call.returned(0),
                () -> {
                    if (a.get(3) instanceof Expression.StringValue expected
                            && !expected.value().equals(name)) {
                        throw a.failure(a.get(3), "expected " + expected.value() + ", is " + name);
                    }
                },
                false);
    }

    private static ByteBuffer filled(byte[] value) {
        return ByteBuffer.wrap(value).position(value.length);
    }

    static void checkValues(Arguments a, Expression expected, long[] out) throws RunFailure {
        if (expected instanceof Expression.Ellipsis) {
            return;
        }
        List<Expression> elements = expected instanceof Expression.Struct struct
                ? struct.fields().stream().map(Expression.Field::value).toList()
                : a.elements(expected);
        for (int i = 0; i < elements.size(); i++) {
            Expression element = elements.get(i);
            if (element instanceof Expression.Ellipsis) {
                continue;
            }
            long wanted = a.integer(element);
            if (i >= out.length || wanted != out[i]) {
                throw a.failure(element, "expected " + wanted + ", is " + (i < out.length ? out[i] : "not there"));
            }
        }
    }

    private static List<Expression> optionValue(Arguments a) throws RunFailure {
        if (a.get(3) instanceof Expression.StringValue name) {
            return List.of(name);
        }
        return a.get(3) instanceof Expression.Struct struct
                ? struct.fields().stream().map(Expression.Field::value).toList()
                : a.elements(3);
    }

    private Made setsockopt(Arguments a) throws RunFailure {
        SocketOption option = option(a);
        if (option == null) {
            return Made.of(Call.failed(Errno.ENOPROTOOPT));
        }
        if (KeyStructs.has(option) && a.get(3) instanceof Expression.Struct struct) {
            byte[] value = KeyStructs.write(a, KeyStructs.of(option), struct, config.remote());
            return Made.of(sockets.setsockopt(fd(a), option, value));
        }
        List<Expression> elements = optionValue(a);
        if (option.isName()) {
            if (elements.isEmpty() || !(elements.get(0) instanceof Expression.StringValue name)) {
                throw a.failure(a.get(3), "a name was expected");
            }
            return Made.of(sockets.setsockopt(fd(a), option, name.value(), now()));
        }
        if (option.isOctets()) {
            if (elements.isEmpty() || !(elements.get(0) instanceof Expression.StringValue octets)) {
                throw a.failure(a.get(3), "octets were expected");
            }
            byte[] value = Arrays.copyOf(octets.value().getBytes(StandardCharsets.ISO_8859_1), (int) a.integer(4));
            return Made.of(sockets.setsockopt(fd(a), option, value));
        }
        long[] values = new long[elements.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = a.integer(elements.get(i));
        }
        int fd = fd(a);
        return Made.of(
                datagrams.has(fd)
                        ? datagrams.setsockopt(fd, option, values)
                        : sockets.setsockopt(fd, option, values, now()));
    }
}
