package io.sluice.ip;

import io.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/** What a report says of one group (RFC 3376 §4.2.12, RFC 3810 §5.2.12). */
record GroupRecord(int type, IpAddress group, List<IpAddress> sources) {
    /** MODE_IS_INCLUDE; EXCLUDE is the next. */
    private static final int MODE_IS = 1;

    /** CHANGE_TO_INCLUDE_MODE; EXCLUDE is the next. */
    private static final int CHANGE_TO = 3;

    private static final int ALLOW_NEW_SOURCES = 5;
    private static final int BLOCK_OLD_SOURCES = 6;

    /** The current state, for who asked. */
    static GroupRecord current(IpAddress group, SourceFilter filter) {
        return new GroupRecord(MODE_IS + (filter.excludes() ? 1 : 0), group, filter.sources());
    }

    /** Of the sources that somebody asked about, those that are listened to. */
    static GroupRecord listened(IpAddress group, List<IpAddress> sources) {
        return new GroupRecord(MODE_IS, group, sources);
    }

    /** The mode of the filter has changed. */
    static GroupRecord mode(IpAddress group, SourceFilter filter) {
        return new GroupRecord(CHANGE_TO + (filter.excludes() ? 1 : 0), group, filter.sources());
    }

    /** These are listened to now, or not any more. */
    static GroupRecord sources(IpAddress group, boolean listened, List<IpAddress> sources) {
        return new GroupRecord(listened ? ALLOW_NEW_SOURCES : BLOCK_OLD_SOURCES, group, sources);
    }

    /** Octets of records, each of which has {@code head} octets and {@code each} for a source. */
    static int lengthOf(List<GroupRecord> records, int head, int each) {
        int length = 0;
        for (GroupRecord r : records) {
            length += head + r.sources.size() * each;
        }
        return length;
    }

    /** Records as they go together into reports of at most {@code most} octets of them. */
    static List<List<GroupRecord>> packed(List<GroupRecord> records, int head, int each, int most) {
        List<List<GroupRecord>> reports = new ArrayList<>(1);
        int from = 0;
        for (int i = 1; i <= records.size(); i++) {
            if (i == records.size() || lengthOf(records.subList(from, i + 1), head, each) > most) {
                reports.add(records.subList(from, i));
                from = i;
            }
        }
        return reports;
    }
}
