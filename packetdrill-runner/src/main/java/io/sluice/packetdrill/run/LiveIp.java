package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.IpFields;
import io.sluice.packetdrill.language.SourcePosition;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6Header;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What scripts speak of in an IP header, as a packet of the stack under test had it.
 *
 * @param trafficClass TOS or traffic class
 * @param timeToLive TTL or hop limit
 * @param flowLabel the flow label; 0 for IPv4
 */
record LiveIp(int trafficClass, int timeToLive, int flowLabel) {
    /** Before the header was looked at. */
    static final LiveIp NONE = new LiveIp(0, 0, 0);

    static LiveIp of(Ipv4Header ip) {
        return new LiveIp(ip.trafficClass(), ip.timeToLive(), 0);
    }

    static LiveIp of(Ipv6Header ip) {
        return new LiveIp(ip.trafficClass(), ip.hopLimit(), ip.flowLabel());
    }

    /** The header of a packet that was found to have one. */
    static LiveIp of(ByteBuffer packet) {
        Ipv6Header v6 = new Ipv6Header();
        if ((packet.get(0) & 0xFF) >>> 4 == Ipv6Header.VERSION && v6.wrap(packet, 0, packet.remaining())) {
            return of(v6);
        }
        Ipv4Header v4 = new Ipv4Header();
        return v4.wrap(packet, 0, packet.remaining()) ? of(v4) : NONE;
    }

    /** Adds to {@code differences} how this differs from what a script says. */
    void compare(IpFields wanted, List<String> differences) {
        differ("traffic class", wanted.trafficClass(), trafficClass, differences);
        differ("DSCP", wanted.dscp(), trafficClass >>> 2, differences);
        differ("TTL", wanted.timeToLive(), timeToLive, differences);
        differ("flow label", wanted.flowLabel(), flowLabel, differences);
        if (wanted.ecn().isPresent()) {
            IpFields.Ecn expected = wanted.ecn().get();
            IpFields.Ecn actual = ecn();
            boolean either = expected == IpFields.Ecn.ECT0_OR_ECT1
                    && (actual == IpFields.Ecn.ECT0 || actual == IpFields.Ecn.ECT1);
            if (expected != actual && !either) {
                differences.add("ECN: expected " + expected.word() + ", is " + actual.word());
            }
        }
    }

    private static void differ(String field, OptionalInt wanted, int actual, List<String> differences) {
        if (wanted.isPresent() && wanted.getAsInt() != actual) {
            differences.add(field + ": expected " + wanted.getAsInt() + ", is " + actual);
        }
    }

    private IpFields.Ecn ecn() {
        return switch (trafficClass & 3) {
            case 0 -> IpFields.Ecn.NOT_ECT;
            case 1 -> IpFields.Ecn.ECT1;
            case 2 -> IpFields.Ecn.ECT0;
            default -> IpFields.Ecn.CE;
        };
    }

    /** As a script would write it. */
    IpFields describe(SourcePosition position) {
        return new IpFields(
                position,
                OptionalInt.of(trafficClass),
                OptionalInt.empty(),
                Optional.empty(),
                OptionalInt.of(timeToLive),
                flowLabel == 0 ? OptionalInt.empty() : OptionalInt.of(flowLabel));
    }
}
