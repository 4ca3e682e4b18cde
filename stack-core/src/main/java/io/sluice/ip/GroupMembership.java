package io.sluice.ip;

import io.sluice.time.Deadline;
import io.sluice.time.TimerNode;
import io.sluice.time.TimerWheel;
import io.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The groups of one family that an Ethernet is told that this host listens to, and when: at each change, and when a router asks
 * (RFC 3376 §5 for IGMP, RFC 3810 §6 for MLD, which is the same). Without source filters: a group is listened to whoever sends.
 */
final class GroupMembership {
    private static final long MS = 1_000_000L;

    /** RFC 3376 §8.1, RFC 3810 §9.1: how often a change is told, as reports are lost. */
    private static final int ROBUSTNESS = 2;

    /** RFC 3376 §8.11, RFC 3810 §9.11: within it each time after the first. */
    private static final long UNSOLICITED_INTERVAL_NS = 1_000 * MS;

    /** RFC 3376 §8.12, RFC 3810 §9.12: Robustness Variable * Query Interval + Query Response Interval. */
    private static final long OLDER_QUERIER_NS = (ROBUSTNESS * 125_000L + 10_000L) * MS;

    /** Of routers that speak the version of {@link GroupProtocol#report}. */
    static final int NEWEST = Integer.MAX_VALUE;

    private final TimerWheel wheel;
    private final RandomGenerator random;
    private final GroupProtocol protocol;
    private final List<Member> members = new ArrayList<>(2);
    private final Answer answer = new Answer();
    private int olderVersion = NEWEST;
    private long olderUntilNs = Long.MIN_VALUE;

    /** A group, as long as it is listened to or its end has to be told. */
    private final class Member extends TimerNode {
        final IpAddress group;
        boolean listening = true;
        private int changesLeft = ROBUSTNESS;
        private long answerNs = Deadline.NEVER;
        private long changeNs;

        Member(IpAddress group) {
            this.group = group;
        }

        void changed(boolean nowListening) {
            listening = nowListening;
            changesLeft = ROBUSTNESS;
            changeNs = 0; // in the next turn, which knows what time it is
            arm();
        }

        void answerBy(long ns) {
            answerNs = Math.min(answerNs, ns);
            arm();
        }

        /** Somebody else has told of the group: RFC 2236 §3, RFC 2710 §4. */
        void suppress() {
            answerNs = Deadline.NEVER;
            arm();
        }

        private void arm() {
            long next = changesLeft > 0 ? Math.min(changeNs, answerNs) : answerNs;
            if (next == Deadline.NEVER) {
                wheel.disarm(this);
            } else {
                wheel.arm(this, next);
            }
        }

        @Override
        protected void onExpired(long nowNs) {
            int version = version(nowNs);
            if (changesLeft > 0 && changeNs <= nowNs) {
                tellChange(version);
                changeNs = Deadline.after(nowNs, 1 + random.nextLong(UNSOLICITED_INTERVAL_NS));
                changesLeft = !listening && version != NEWEST ? 0 : changesLeft - 1;
            } else if (version != NEWEST) {
                protocol.reportAsBefore(version, group);
            } else {
                protocol.report(GroupProtocol.MODE_IS_EXCLUDE, List.of(group));
            }
            if (answerNs <= nowNs) {
                answerNs = Deadline.NEVER;
            }
            if (!listening && changesLeft == 0) {
                members.remove(this);
            } else {
                arm();
            }
        }

        private void tellChange(int version) {
            if (version == NEWEST) {
                int type = listening ? GroupProtocol.CHANGE_TO_EXCLUDE : GroupProtocol.CHANGE_TO_INCLUDE;
                protocol.report(type, List.of(group));
            } else if (listening) {
                protocol.reportAsBefore(version, group);
            } else {
                protocol.leaveAsBefore(version, group);
            }
        }
    }

    /** The interface timer of RFC 3376 §5.2: all groups in one answer. */
    private final class Answer extends TimerNode {
        @Override
        protected void onExpired(long nowNs) {
            List<IpAddress> groups = new ArrayList<>(members.size());
            for (Member m : members) {
                if (m.listening) {
                    groups.add(m.group);
                }
            }
            if (!groups.isEmpty()) {
                protocol.report(GroupProtocol.MODE_IS_EXCLUDE, groups);
            }
        }
    }

    GroupMembership(TimerWheel wheel, RandomGenerator random, GroupProtocol protocol) {
        this.wheel = wheel;
        this.random = random;
        this.protocol = protocol;
    }

    /** This host listens to one more group. */
    void join(IpAddress group) {
        Member m = find(group);
        if (m == null) {
            m = new Member(group);
            members.add(m);
        }
        m.changed(true);
    }

    /** It does not any more. */
    void leave(IpAddress group) {
        Member m = find(group);
        if (m != null) {
            m.answerNs = Deadline.NEVER;
            m.changed(false);
        }
    }

    /** Tells of all groups as if they had just been joined. */
    void tellAgain() {
        members.stream().filter(m -> m.listening).forEach(m -> m.changed(true));
    }

    /** Whether the group is listened to. */
    boolean contains(IpAddress group) {
        Member m = find(group);
        return m != null && m.listening;
    }

    private @Nullable Member find(IpAddress group) {
        for (Member m : members) {
            if (m.group.equals(group)) {
                return m;
            }
        }
        return null;
    }

    /** RFC 3376 §7.2.1, RFC 3810 §8.2.1: as long as routers of an older version ask, nothing else is spoken. */
    private int version(long nowNs) {
        if (nowNs >= olderUntilNs) {
            olderVersion = NEWEST;
        }
        return olderVersion;
    }

    /**
     * A router asks.
     *
     * @param version the one it speaks
     * @param group which group it asks about, unspecified for all
     * @param withinNs how long an answer may take, so that not all answer at once
     */
    void onQuery(int version, IpAddress group, long withinNs, long nowNs) {
        if (version != NEWEST) {
            olderVersion = Math.min(version(nowNs), version);
            olderUntilNs = Deadline.after(nowNs, OLDER_QUERIER_NS);
        }
        if (!group.isUnspecified()) {
            Member m = find(group);
            if (m != null && m.listening) {
                m.answerBy(within(withinNs, nowNs));
            }
        } else if (version(nowNs) == NEWEST) {
            long at = within(withinNs, nowNs);
            if (at < answer.deadlineNs()) {
                wheel.arm(answer, at);
            }
        } else {
            wheel.disarm(answer);
            members.stream().filter(m -> m.listening).forEach(m -> m.answerBy(within(withinNs, nowNs)));
        }
    }

    private long within(long ns, long nowNs) {
        return Deadline.after(nowNs, 1 + random.nextLong(Math.max(1, ns)));
    }

    /** Another host has told of a group, in an older version. */
    void onReport(IpAddress group, long nowNs) {
        Member m = find(group);
        if (m != null && version(nowNs) != NEWEST) {
            m.suppress();
        }
    }

    void clear() {
        wheel.disarm(answer);
        members.forEach(wheel::disarm);
        members.clear();
    }
}
