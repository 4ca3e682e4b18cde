package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.SystemCall;
import java.util.Map;

/** How many arguments each system call takes, so that no script says something that nobody reads. */
public final class ArgumentCounts {
    /**
     * A number of arguments.
     *
     * @param least without those that may be left out
     * @param most with them
     */
    private record Count(int least, int most) {
        static Count of(int exactly) {
            return new Count(exactly, exactly);
        }
    }

    private static final Count ONE = Count.of(1);
    private static final Count TWO = Count.of(2);
    private static final Count THREE = Count.of(3);
    private static final Count FOUR = Count.of(4);
    private static final Count FIVE = Count.of(5);
    private static final Count SIX = Count.of(6);

    private static final Map<String, Count> COUNTS = Map.ofEntries(
            Map.entry("socket", THREE),
            Map.entry("bind", THREE),
            Map.entry("listen", TWO),
            Map.entry("accept", THREE),
            Map.entry("accept4", FOUR),
            Map.entry("connect", THREE),
            Map.entry("read", THREE),
            Map.entry("recv", FOUR),
            Map.entry("recvfrom", SIX),
            Map.entry("recvmsg", THREE),
            Map.entry("readv", THREE),
            Map.entry("write", THREE),
            Map.entry("send", FOUR),
            Map.entry("sendto", SIX),
            Map.entry("sendmsg", THREE),
            Map.entry("writev", THREE),
            Map.entry("shutdown", TWO),
            Map.entry("close", ONE),
            Map.entry("getsockopt", FIVE),
            Map.entry("setsockopt", FIVE),
            Map.entry("getsockname", THREE),
            Map.entry("getpeername", THREE),
            Map.entry("dup", ONE),
            Map.entry("dup2", TWO),
            Map.entry("dup3", THREE),
            Map.entry("fcntl", new Count(2, 3)),
            Map.entry("ioctl", new Count(2, 3)),
            Map.entry("poll", THREE),
            Map.entry("epoll_create", ONE),
            Map.entry("epoll_create1", ONE),
            Map.entry("epoll_ctl", FOUR),
            Map.entry("epoll_wait", FOUR),
            Map.entry("epoll_pwait", new Count(5, 6)),
            Map.entry("open", new Count(2, 3)),
            Map.entry("pipe", ONE),
            Map.entry("pipe2", TWO),
            Map.entry("splice", SIX),
            Map.entry("sendfile", FOUR));

    private ArgumentCounts() {}

    /** Fails if the call has more arguments than it takes, or lacks some. */
    public static void check(SystemCall call) throws RunFailure {
        Count count = COUNTS.get(call.name());
        int given = call.arguments().size();
        if (count != null && (given < count.least() || given > count.most())) {
            String takes = count.least() == count.most() ? "" + count.most() : count.least() + " or " + count.most();
            throw new RunFailure(call.position(), call.name() + " takes " + takes + " arguments, not " + given);
        }
    }
}
