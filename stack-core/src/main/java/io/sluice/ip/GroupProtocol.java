package io.sluice.ip;

import io.sluice.wire.IpAddress;
import java.util.List;

/** What tells routers and switches of an Ethernet which groups its hosts listen to: {@link Igmp} or {@link Mld}. */
interface GroupProtocol {
    /** Records, in as many reports as they need. */
    void report(List<GroupRecord> records);

    /** What routers understand that speak version {@code version}, which is an older one. */
    void reportAsBefore(int version, IpAddress group);

    /** The same for a group that is left; some versions have nothing for it. */
    void leaveAsBefore(int version, IpAddress group);
}
