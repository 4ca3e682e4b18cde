package io.sluice.ip;

import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/** From whom a multicast group is listened to (RFC 3376 §2, RFC 3810 §3): these sources only, or all but these. Immutable. */
public final class SourceFilter {
    /** Of a group that is not listened to. */
    public static final SourceFilter NOBODY = new SourceFilter(false, List.of());

    /** Of one that is, whoever sends. */
    public static final SourceFilter EVERYBODY = new SourceFilter(true, List.of());

    /** How many sources a filter has at most: as many as one report has room for. */
    public static final int MAX_SOURCES = 64;

    private final boolean excludes;
    private final List<IpAddress> sources;

    private SourceFilter(boolean excludes, List<IpAddress> sources) {
        this.excludes = excludes;
        this.sources = sources;
    }

    /** Whether it is of EXCLUDE mode: the sources are those that are not listened to. */
    public boolean excludes() {
        return excludes;
    }

    /** In the order in which they were added. */
    public List<IpAddress> sources() {
        return sources;
    }

    /** Whether nothing at all is listened to. */
    public boolean isNobody() {
        return !excludes && sources.isEmpty();
    }

    /** Whether a source is listened to. */
    public boolean accepts(IpAddress source) {
        return sources.contains(source) != excludes;
    }

    /** The same by its key (see {@link AddressKey}). */
    public boolean accepts(long hi, long lo) {
        for (int i = 0; i < sources.size(); i++) {
            IpAddress s = sources.get(i);
            if (AddressKey.lo(s) == lo && AddressKey.hi(s) == hi) {
                return !excludes;
            }
        }
        return excludes;
    }

    /** With one more source in its list. */
    public SourceFilter with(IpAddress source) {
        List<IpAddress> more = new ArrayList<>(sources);
        more.add(source);
        return new SourceFilter(excludes, List.copyOf(more));
    }

    /** With one less. */
    public SourceFilter without(IpAddress source) {
        return new SourceFilter(
                excludes, sources.stream().filter(s -> !s.equals(source)).toList());
    }

    /**
     * What an interface listens to for several sockets (RFC 3376 §3.2): all that any of them does. Where that takes more sources than a
     * filter has, everybody: sockets sort it out.
     */
    static SourceFilter merged(List<SourceFilter> all) {
        boolean excludes = all.stream().anyMatch(SourceFilter::excludes);
        List<IpAddress> sources = all.stream()
                .filter(f -> f.excludes == excludes)
                .flatMap(f -> f.sources.stream())
                .distinct()
                .filter(s -> !excludes || all.stream().noneMatch(f -> f.accepts(s)))
                .toList();
        return sources.size() > MAX_SOURCES ? EVERYBODY : new SourceFilter(excludes, sources);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SourceFilter f
                && excludes == f.excludes
                && sources.size() == f.sources.size()
                && sources.containsAll(f.sources);
    }

    @Override
    public int hashCode() {
        return Boolean.hashCode(excludes) + 31 * sources.size();
    }

    @Override
    public String toString() {
        return (excludes ? "all but " : "only ") + sources;
    }
}
