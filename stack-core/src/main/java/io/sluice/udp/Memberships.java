package io.sluice.udp;

import io.sluice.event.SocketError;
import io.sluice.ip.Interface;
import io.sluice.ip.Interfaces;
import io.sluice.ip.IpDatagram;
import io.sluice.ip.SourceFilter;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The multicast groups that one socket listens to, and from whom (RFC 1112 §7.1, RFC 3376 §2); its interfaces do so as long as some
 * socket does.
 */
public final class Memberships {
    private record Membership(Interface on, IpAddress group, SourceFilter filter) {
        boolean is(Interface otherOn, IpAddress other) {
            return on == otherOn && group.equals(other);
        }
    }

    private final Interfaces interfaces;
    private @Nullable List<Membership> memberships;
    private boolean closed;

    Memberships(Interfaces interfaces) {
        this.interfaces = interfaces;
    }

    /** Listens to a group, whoever sends; ADDRESS_IN_USE if it does so already. */
    public @Nullable SocketError join(Interface on, IpAddress group) {
        return find(on, group) != null
                ? SocketError.ADDRESS_IN_USE
                : change(on, group, SourceFilter.NOBODY, SourceFilter.EVERYBODY);
    }

    /** Undoes {@link #join}, and all that was said of sources; ADDRESS_NOT_AVAILABLE if there is nothing to undo. */
    public @Nullable SocketError leave(Interface on, IpAddress group) {
        SourceFilter filter = find(on, group);
        return filter == null ? SocketError.ADDRESS_NOT_AVAILABLE : change(on, group, filter, SourceFilter.NOBODY);
    }

    /** Listens to one source of a group, and to others only if asked to as well. */
    public @Nullable SocketError join(Interface on, IpAddress group, IpAddress source) {
        SourceFilter filter = find(on, group);
        return filter != null && filter.excludes()
                ? SocketError.INVALID_ARGUMENT
                : list(on, group, filter == null ? SourceFilter.NOBODY : filter, source, true);
    }

    /** Undoes {@link #join(Interface, IpAddress, IpAddress)}. */
    public @Nullable SocketError leave(Interface on, IpAddress group, IpAddress source) {
        SourceFilter filter = find(on, group);
        return filter == null || filter.excludes()
                ? SocketError.INVALID_ARGUMENT
                : list(on, group, filter, source, false);
    }

    /** Does not listen to one source of a group that it has joined. */
    public @Nullable SocketError block(Interface on, IpAddress group, IpAddress source) {
        return blockOrNot(on, group, source, true);
    }

    /** Undoes {@link #block}. */
    public @Nullable SocketError unblock(Interface on, IpAddress group, IpAddress source) {
        return blockOrNot(on, group, source, false);
    }

    private @Nullable SocketError blockOrNot(Interface on, IpAddress group, IpAddress source, boolean blocked) {
        SourceFilter filter = find(on, group);
        return filter == null || !filter.excludes()
                ? SocketError.INVALID_ARGUMENT
                : list(on, group, filter, source, blocked);
    }

    /** Puts a source on the list of a filter, or takes it off. */
    private @Nullable SocketError list(
            Interface on, IpAddress group, SourceFilter filter, IpAddress source, boolean listed) {
        if (source.isMulticast() || source.isUnspecified() || source.isV6() != group.isV6()) {
            return SocketError.INVALID_ARGUMENT;
        }
        if (filter.sources().contains(source) == listed) {
            return SocketError.ADDRESS_NOT_AVAILABLE;
        }
        if (listed && filter.sources().size() == SourceFilter.MAX_SOURCES) {
            return SocketError.NO_BUFFERS;
        }
        return change(on, group, filter, listed ? filter.with(source) : filter.without(source));
    }

    private @Nullable SocketError change(Interface on, IpAddress group, SourceFilter before, SourceFilter now) {
        if (closed || !group.isMulticast()) {
            return SocketError.INVALID_ARGUMENT;
        }
        List<Membership> mine = memberships;
        if (mine == null) {
            mine = new ArrayList<>(1);
            memberships = mine;
        }
        mine.removeIf(m -> m.is(on, group));
        if (!now.isNobody()) {
            mine.add(new Membership(on, group, now));
        }
        interfaces.listen(on, group, before, now);
        return null;
    }

    /** From whom the socket listens to a group; null if not at all. */
    private @Nullable SourceFilter find(Interface on, IpAddress group) {
        List<Membership> mine = memberships;
        for (int i = 0; mine != null && i < mine.size(); i++) {
            if (mine.get(i).is(on, group)) {
                return mine.get(i).filter();
            }
        }
        return null;
    }

    /** Whether {@code d} came on an interface, for a group, and from a source, that this is about. */
    boolean contains(IpDatagram d) {
        List<Membership> mine = memberships;
        for (int i = 0; mine != null && i < mine.size(); i++) {
            Membership m = mine.get(i);
            if (m.on() == d.receivedOn()
                    && AddressKey.lo(m.group()) == d.destinationLo()
                    && AddressKey.hi(m.group()) == d.destinationHi()) {
                return m.filter().accepts(d.sourceHi(), d.sourceLo());
            }
        }
        return false;
    }

    void close() {
        List<Membership> mine = memberships;
        if (mine != null) {
            mine.forEach(m -> interfaces.listen(m.on(), m.group(), m.filter(), SourceFilter.NOBODY));
            mine.clear();
        }
        closed = true;
    }
}
