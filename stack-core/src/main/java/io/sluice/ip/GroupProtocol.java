package io.sluice.ip;

import io.sluice.wire.IpAddress;
import java.util.List;

/** What tells routers and switches of an Ethernet which groups its hosts listen to: {@link Igmp} or {@link Mld}. */
interface GroupProtocol {
    /** Of group records (RFC 3376 §4.2.12, RFC 3810 §5.2.12), without sources: with EXCLUDE, of a group listened to. */
    int MODE_IS_EXCLUDE = 2;

    /** Of a group that is left. */
    int CHANGE_TO_INCLUDE = 3;

    /** Of a group that is joined. */
    int CHANGE_TO_EXCLUDE = 4;

    /** Records of one type, in as many reports as they need. */
    void report(int recordType, List<IpAddress> listened);

    /** What routers understand that speak version {@code version}, which is an older one. */
    void reportAsBefore(int version, IpAddress group);

    /** The same for a group that is left; some versions have nothing for it. */
    void leaveAsBefore(int version, IpAddress group);
}
