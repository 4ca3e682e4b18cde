package io.sluice.ip;

import io.netty.buffer.ByteBuf;
import io.sluice.event.DropReason;
import io.sluice.link.EthernetDevice;
import io.sluice.time.TimerWheel;
import io.sluice.wire.Checksum;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** IGMP for hosts (RFC 3376; RFC 2236 and RFC 1112 §4 where routers speak only that): IPv4 groups on an Ethernet. */
final class Igmp implements GroupProtocol {
    static final int ALL_SYSTEMS = 0xE000_0001;

    private static final int ALL_ROUTERS = 0xE000_0002;
    private static final int ALL_IGMPV3_ROUTERS = 0xE000_0016;
    private static final int QUERY = 0x11;
    private static final int REPORT_V1 = 0x12;
    private static final int REPORT_V2 = 0x16;
    private static final int LEAVE = 0x17;
    private static final int REPORT_V3 = 0x22;
    private static final int SHORT_LENGTH = 8;
    private static final int QUERY_V3_LENGTH = 12;
    private static final int RECORD_LENGTH = 8;
    private static final int SOURCE_COUNT = 10;
    private static final int MAX_RECORDS_LENGTH = 1200;
    private static final int OPTION_LENGTH = 4;
    /** RFC 2113 §2.1. */
    private static final int ROUTER_ALERT = 0x9404_0000;

    private static final int INTERNETWORK_CONTROL = 0xC0;
    private static final long MS = 1_000_000L;
    private static final long TENTH_NS = 100 * MS;
    private static final long V1_RESPONSE_NS = 10_000 * MS;

    private final Groups groups;
    private final EthernetDevice device;
    private final IpLayer ip;
    private final GroupMembership membership;

    Igmp(Groups groups, EthernetDevice device, IpLayer ip, TimerWheel wheel, RandomGenerator random) {
        this.groups = groups;
        this.device = device;
        this.ip = ip;
        membership = new GroupMembership(wheel, random, this);
    }

    GroupMembership membership() {
        return membership;
    }

    /** An IGMP message; it ends here. */
    void onMessage(IpDatagram d, long nowNs) {
        ByteBuffer b = d.nio();
        int at = d.payloadOffset();
        int length = d.payloadLength();
        if (length < SHORT_LENGTH || !Checksum.isValid(Checksum.sum(b, at, length, 0))) {
            groups.drop(DropReason.IGMP_MALFORMED);
            return;
        }
        IpAddress group = IpAddress.ofV4(b.getInt(at + 4));
        boolean understood =
                switch (b.get(at) & 0xFF) {
                    case QUERY -> onQuery(d, length, b.get(at + 1) & 0xFF, group, nowNs);
                    case REPORT_V1, REPORT_V2 -> {
                        membership.onReport(group, nowNs);
                        yield true;
                    }
                    default -> false; // reports and leaves are for routers; of others nothing is known
                };
        groups.end(understood);
    }

    private boolean onQuery(IpDatagram d, int length, int code, IpAddress group, long nowNs) {
        boolean general = group.isUnspecified();
        boolean v1 = length == SHORT_LENGTH && code == 0;
        // RFC 3376 §9.1: not from off the link, by which it would have no Router Alert option, nor to one host alone
        if ((!v1 && !hasRouterAlert(d)) || (general && (int) d.destinationLo() != ALL_SYSTEMS)) {
            return false;
        }
        if (v1) {
            membership.onQuery(1, group, List.of(), V1_RESPONSE_NS, nowNs);
        } else if (length == SHORT_LENGTH) {
            membership.onQuery(2, group, List.of(), code * TENTH_NS, nowNs);
        } else if (length >= QUERY_V3_LENGTH) {
            int sources = d.nio().getShort(d.payloadOffset() + SOURCE_COUNT) & 0xFFFF;
            if (length < QUERY_V3_LENGTH + sources * Integer.BYTES) {
                return false;
            }
            membership.onQuery(GroupMembership.NEWEST, group, sources(d, sources), tenths(code) * TENTH_NS, nowNs);
        }
        return true; // §7.1: between 8 and 12 octets: ignored
    }

    private static List<IpAddress> sources(IpDatagram d, int count) {
        List<IpAddress> sources = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            sources.add(IpAddress.ofV4(d.nio().getInt(d.payloadOffset() + QUERY_V3_LENGTH + i * Integer.BYTES)));
        }
        return sources;
    }

    /** RFC 3376 §4.1.1. */
    private static long tenths(int code) {
        return code < 128 ? code : ((code & 0xF) | 0x10) << ((code >> 4 & 7) + 3);
    }

    private static boolean hasRouterAlert(IpDatagram d) {
        ByteBuffer b = d.nio();
        int at = d.headerOffset();
        int end = at + (b.get(at) & 0xF) * 4;
        for (int i = at + Ipv4Header.MIN_LENGTH; i < end && b.get(i) != 0; ) {
            int kind = b.get(i) & 0xFF;
            if (kind == ROUTER_ALERT >>> 24) {
                return true;
            }
            i += kind == 1 ? 1 : Math.max(2, i + 1 < end ? b.get(i + 1) & 0xFF : 2);
        }
        return false;
    }

    @Override
    public void report(List<GroupRecord> records) {
        for (List<GroupRecord> some : GroupRecord.packed(records, RECORD_LENGTH, Integer.BYTES, MAX_RECORDS_LENGTH)) {
            ByteBuffer b = ByteBuffer.allocate(SHORT_LENGTH + GroupRecord.lengthOf(some, RECORD_LENGTH, Integer.BYTES));
            b.put(0, (byte) REPORT_V3).putShort(6, (short) some.size());
            int at = SHORT_LENGTH;
            for (GroupRecord r : some) {
                b.put(at, (byte) r.type()).putShort(at + 2, (short) r.sources().size());
                b.putInt(at + 4, r.group().v4());
                at += RECORD_LENGTH;
                for (IpAddress source : r.sources()) {
                    b.putInt(at, source.v4());
                    at += Integer.BYTES;
                }
            }
            send(b, ALL_IGMPV3_ROUTERS);
        }
    }

    private static ByteBuffer message(int type, IpAddress group) {
        return ByteBuffer.allocate(SHORT_LENGTH).put(0, (byte) type).putInt(4, group.v4());
    }

    @Override
    public void reportAsBefore(int version, IpAddress group) {
        send(message(version == 1 ? REPORT_V1 : REPORT_V2, group), group.v4());
    }

    @Override
    public void leaveAsBefore(int version, IpAddress group) {
        if (version > 1) { // RFC 1112 knows no leaving
            send(message(LEAVE, group), ALL_ROUTERS);
        }
    }

    /** RFC 3376 §4: with TTL 1, precedence and Router Alert; §4.2.13: without an address as long as there is none. */
    private void send(ByteBuffer message, int to) {
        int headerLength = Ipv4Header.MIN_LENGTH + OPTION_LENGTH;
        int length = EthernetHeader.LENGTH + headerLength + message.capacity();
        ByteBuf frame = ip.allocator().directBuffer(length, length);
        ByteBuffer b = frame.internalNioBuffer(0, length);
        int at = b.position();
        int ipAt = at + EthernetHeader.LENGTH;
        EthernetHeader.write(
                b, at, EthernetHeader.ofGroup(0, to & 0xFFFF_FFFFL), device.macAddress(), EthernetHeader.IPV4);
        b.putInt(ipAt + Ipv4Header.MIN_LENGTH, ROUTER_ALERT);
        new Ipv4Header()
                .emit(b, ipAt, headerLength, message.capacity())
                .trafficClass(INTERNETWORK_CONTROL)
                .timeToLive(1)
                .protocol(IpProtocol.IGMP)
                .source(source())
                .destination(to)
                .updateChecksum();
        message.putShort(2, Checksum.finish(Checksum.sum(message, 0, message.capacity(), 0)));
        b.put(ipAt + headerLength, message, 0, message.capacity());
        groups.send(frame, length);
    }

    private int source() {
        Interface on = ip.interfaces().of(device);
        for (int i = 0; on != null && i < on.addressCount(); i++) {
            if (!on.address(i).isV6()) {
                return on.address(i).v4();
            }
        }
        return 0;
    }
}
