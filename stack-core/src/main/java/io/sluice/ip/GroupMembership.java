package io.sluice.ip;

import io.sluice.time.Deadline;
import io.sluice.time.TimerNode;
import io.sluice.time.TimerWheel;
import io.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The groups of one family that an Ethernet is told that this host listens to, and when: at each change, and when a router asks
 * (RFC 3376 §5 for IGMP, RFC 3810 §6 for MLD, which is the same).
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
        SourceFilter filter = SourceFilter.NOBODY;
        private int modeChangesLeft;
        /** Sources that are listened to from now on or not any more, and how often that is still told. */
        private final Map<IpAddress, Integer> sourceChangesLeft = new LinkedHashMap<>(0);

        private long answerNs = Deadline.NEVER;
        /** Whom a router asked about; null if about the whole group. */
        private @Nullable List<IpAddress> askedAbout;

        private long changeNs;

        Member(IpAddress group) {
            this.group = group;
        }

        boolean isListening() {
            return !filter.isNobody();
        }

        /** RFC 3376 §5.1: a change of mode is told with all sources, another one with those that it is about. */
        void changed(SourceFilter now) {
            SourceFilter before = filter;
            filter = now;
            if (before.excludes() != now.excludes()) {
                modeChangesLeft = ROBUSTNESS;
                sourceChangesLeft.clear();
            } else {
                before.sources().stream()
                        .filter(s -> !now.sources().contains(s))
                        .forEach(s -> sourceChangesLeft.put(s, ROBUSTNESS));
                now.sources().stream()
                        .filter(s -> !before.sources().contains(s))
                        .forEach(s -> sourceChangesLeft.put(s, ROBUSTNESS));
            }
            if (sourceChangesLeft.size() > SourceFilter.MAX_SOURCES) {
                sourceChangesLeft.clear(); // more than a report has room for: it says what there is instead
                modeChangesLeft = ROBUSTNESS;
            }
            if (!isListening()) {
                answerNs = Deadline.NEVER;
            }
            changeSoon();
        }

        /** As if it had just been joined. */
        void tellAgain() {
            modeChangesLeft = ROBUSTNESS;
            changeSoon();
        }

        private void changeSoon() {
            changeNs = 0; // in the next turn, which knows what time it is
            arm();
        }

        private boolean hasChanges() {
            return modeChangesLeft > 0 || !sourceChangesLeft.isEmpty();
        }

        /** RFC 3376 §5.2: of several questions, the answer to one is the answer to all. */
        void answerBy(long ns, List<IpAddress> sources) {
            if (sources.isEmpty()) {
                askedAbout = null;
            } else if (answerNs == Deadline.NEVER) {
                askedAbout = new ArrayList<>(sources);
            } else if (askedAbout != null) {
                askedAbout.removeAll(sources);
                askedAbout.addAll(sources);
            }
            if (askedAbout != null && askedAbout.size() > SourceFilter.MAX_SOURCES) {
                askedAbout = null;
            }
            answerNs = Math.min(answerNs, ns);
            arm();
        }

        /** Somebody else has told of the group: RFC 2236 §3, RFC 2710 §4. */
        void suppress() {
            answerNs = Deadline.NEVER;
            arm();
        }

        private void arm() {
            long next = hasChanges() ? Math.min(changeNs, answerNs) : answerNs;
            if (next == Deadline.NEVER) {
                wheel.disarm(this);
            } else {
                wheel.arm(this, next);
            }
        }

        @Override
        protected void onExpired(long nowNs) {
            int version = version(nowNs);
            if (hasChanges() && changeNs <= nowNs) {
                tellChange(version);
                changeNs = Deadline.after(nowNs, 1 + random.nextLong(UNSOLICITED_INTERVAL_NS));
            } else if (version != NEWEST) {
                protocol.reportAsBefore(version, group);
            } else {
                answer();
            }
            if (answerNs <= nowNs) {
                answerNs = Deadline.NEVER;
            }
            if (!isListening() && !hasChanges()) {
                members.remove(this);
            } else {
                arm();
            }
        }

        private void answer() {
            List<IpAddress> asked = askedAbout;
            if (asked == null) {
                protocol.report(List.of(GroupRecord.current(group, filter)));
                return;
            }
            List<IpAddress> listened = asked.stream().filter(filter::accepts).toList();
            if (!listened.isEmpty()) {
                protocol.report(List.of(GroupRecord.listened(group, listened)));
            }
        }

        private void tellChange(int version) {
            if (version == NEWEST) {
                protocol.report(changes());
            } else if (isListening()) {
                protocol.reportAsBefore(version, group);
            } else {
                protocol.leaveAsBefore(version, group);
                modeChangesLeft = 0;
                sourceChangesLeft.clear();
            }
            modeChangesLeft = Math.max(0, modeChangesLeft - 1);
            sourceChangesLeft.replaceAll((source, left) -> left - 1);
            sourceChangesLeft.values().removeIf(left -> left == 0);
        }

        private List<GroupRecord> changes() {
            if (modeChangesLeft > 0) {
                return List.of(GroupRecord.mode(group, filter));
            }
            List<GroupRecord> changes = new ArrayList<>(2);
            for (boolean listened : new boolean[] {true, false}) {
                List<IpAddress> sources = sourceChangesLeft.keySet().stream()
                        .filter(s -> filter.accepts(s) == listened)
                        .toList();
                if (!sources.isEmpty()) {
                    changes.add(GroupRecord.sources(group, listened, sources));
                }
            }
            return changes;
        }
    }

    /** The interface timer of RFC 3376 §5.2: all groups in one answer. */
    private final class Answer extends TimerNode {
        @Override
        protected void onExpired(long nowNs) {
            List<GroupRecord> records = new ArrayList<>(members.size());
            for (Member m : members) {
                if (m.isListening()) {
                    records.add(GroupRecord.current(m.group, m.filter));
                }
            }
            if (!records.isEmpty()) {
                protocol.report(records);
            }
        }
    }

    GroupMembership(TimerWheel wheel, RandomGenerator random, GroupProtocol protocol) {
        this.wheel = wheel;
        this.random = random;
        this.protocol = protocol;
    }

    /** From whom this host listens to a group now. */
    void listen(IpAddress group, SourceFilter filter) {
        Member m = find(group);
        if (m == null ? filter.isNobody() : m.filter.equals(filter)) {
            return;
        }
        if (m == null) {
            m = new Member(group);
            members.add(m);
        }
        m.changed(filter);
    }

    /** Tells of all groups as if they had just been joined. */
    void tellAgain() {
        members.stream().filter(Member::isListening).forEach(Member::tellAgain);
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
     * @param sources which of its sources it asks about, none for all
     * @param withinNs how long an answer may take, so that not all answer at once
     */
    void onQuery(int version, IpAddress group, List<IpAddress> sources, long withinNs, long nowNs) {
        if (version != NEWEST) {
            olderVersion = Math.min(version(nowNs), version);
            olderUntilNs = Deadline.after(nowNs, OLDER_QUERIER_NS);
        }
        if (!group.isUnspecified()) {
            Member m = find(group);
            if (m != null && m.isListening()) {
                m.answerBy(within(withinNs, nowNs), sources);
            }
        } else if (version(nowNs) == NEWEST) {
            long at = within(withinNs, nowNs);
            if (at < answer.deadlineNs()) {
                wheel.arm(answer, at);
            }
        } else {
            wheel.disarm(answer);
            members.stream().filter(Member::isListening).forEach(m -> m.answerBy(within(withinNs, nowNs), List.of()));
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
