package io.sluice.udp;

import io.sluice.event.SocketError;
import io.sluice.ip.Interface;
import io.sluice.ip.Interfaces;
import io.sluice.ip.IpDatagram;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The multicast groups that one socket listens to (RFC 1112 §7.1); its interfaces do so as long as some socket does. */
final class Memberships {
    private record Membership(Interface on, IpAddress group) {}

    private final Interfaces interfaces;
    private @Nullable List<Membership> memberships;

    Memberships(Interfaces interfaces) {
        this.interfaces = interfaces;
    }

    @Nullable SocketError join(Interface on, IpAddress group) {
        List<Membership> mine = memberships;
        if (mine == null) {
            mine = new ArrayList<>(1);
            memberships = mine;
        }
        Membership membership = new Membership(on, group);
        if (mine.contains(membership)) {
            return SocketError.ADDRESS_IN_USE;
        }
        interfaces.join(on, group);
        mine.add(membership);
        return null;
    }

    @Nullable SocketError leave(Interface on, IpAddress group) {
        if (memberships == null || !memberships.remove(new Membership(on, group))) {
            return SocketError.ADDRESS_NOT_AVAILABLE;
        }
        interfaces.leave(on, group);
        return null;
    }

    /** Whether {@code d} came on an interface, and is for a group, that this is about. */
    boolean contains(IpDatagram d) {
        List<Membership> mine = memberships;
        for (int i = 0; mine != null && i < mine.size(); i++) {
            Membership m = mine.get(i);
            if (m.on() == d.receivedOn()
                    && AddressKey.lo(m.group()) == d.destinationLo()
                    && AddressKey.hi(m.group()) == d.destinationHi()) {
                return true;
            }
        }
        return false;
    }

    void leaveAll() {
        List<Membership> mine = memberships;
        if (mine != null) {
            mine.forEach(m -> interfaces.leave(m.on(), m.group()));
            mine.clear();
        }
    }
}
