package io.sluice.ip;

import io.netty.buffer.ByteBuf;
import io.sluice.event.DropReason;
import io.sluice.link.EthernetDevice;
import io.sluice.time.TimerWheel;
import io.sluice.wire.Checksum;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.Icmpv6Type;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv6Header;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Multicast listener discovery for hosts (RFC 3810; RFC 2710 where routers speak only that): IPv6 groups on an Ethernet, those of
 * the solicitations for this host's addresses among them.
 */
final class Mld implements GroupProtocol {
    private static final int QUERY_V1_LENGTH = 24;
    private static final int QUERY_V2_LENGTH = 28;
    private static final int REPORT_V1_LENGTH = 24;
    private static final int REPORT_HEAD = 8;
    private static final int RECORD_LENGTH = 20;
    private static final int SOURCE_LENGTH = 16;
    private static final int SOURCE_COUNT = 26;
    private static final int MAX_RECORDS_LENGTH = 1200;
    private static final int HOP_BY_HOP_LENGTH = 8;
    /** RFC 2711 §2.1, and PadN. */
    private static final long ROUTER_ALERT = 0x0502_0000_0100L;

    private static final long ALL_MLDV2_ROUTERS_LO = 0x16;
    private static final int LINK_LOCAL_SCOPE = 2;
    private static final long MS = 1_000_000L;

    private final Groups groups;
    private final EthernetDevice device;
    private final IpLayer ip;
    private final GroupMembership membership;

    Mld(Groups groups, EthernetDevice device, IpLayer ip, TimerWheel wheel, RandomGenerator random) {
        this.groups = groups;
        this.device = device;
        this.ip = ip;
        membership = new GroupMembership(wheel, random, this);
    }

    GroupMembership membership() {
        return membership;
    }

    /** RFC 3810 §6: nothing is told of all nodes' group, and of those that do not leave the interface. */
    static boolean isTold(IpAddress group) {
        int scope = (int) (group.hi() >>> 48) & 0xF;
        boolean allNodes = group.hi() == Ipv6Groups.LINK_LOCAL_HI && group.lo() == Ipv6Groups.ALL_NODES_LO;
        return scope >= LINK_LOCAL_SCOPE && !allNodes;
    }

    /** A Query, Report or Done, whose checksum is right; it ends here. */
    void onMessage(IpDatagram d, long nowNs) {
        ByteBuffer b = d.nio();
        int at = d.payloadOffset();
        int length = d.payloadLength();
        if (length < QUERY_V1_LENGTH) {
            groups.drop(DropReason.MLD_MALFORMED);
            return;
        }
        IpAddress group = IpAddress.ofV6(b.getLong(at + 8), b.getLong(at + 16));
        // RFC 3810 §6.2, RFC 2710 §4: only from this link
        boolean local = d.hopLimit() == 1 && IpAddress.isLinkLocal6(d.sourceHi()) && hasRouterAlert(d);
        boolean understood = local;
        if (local && (b.get(at) & 0xFF) == Icmpv6Type.MULTICAST_LISTENER_QUERY) {
            understood = onQuery(d, length, b.getShort(at + 4) & 0xFFFF, group, nowNs);
        } else if (local && (b.get(at) & 0xFF) == Icmpv6Type.MULTICAST_LISTENER_REPORT) {
            membership.onReport(group, nowNs);
        } else {
            understood = false;
        }
        groups.end(understood);
    }

    private boolean onQuery(IpDatagram d, int length, int code, IpAddress group, long nowNs) {
        if (length == QUERY_V1_LENGTH) {
            membership.onQuery(1, group, List.of(), code * MS, nowNs);
        } else if (length >= QUERY_V2_LENGTH) {
            int count = d.nio().getShort(d.payloadOffset() + SOURCE_COUNT) & 0xFFFF;
            if (length < QUERY_V2_LENGTH + count * SOURCE_LENGTH) {
                return false;
            }
            List<IpAddress> sources = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                int at = d.payloadOffset() + QUERY_V2_LENGTH + i * SOURCE_LENGTH;
                sources.add(IpAddress.ofV6(d.nio().getLong(at), d.nio().getLong(at + 8)));
            }
            membership.onQuery(GroupMembership.NEWEST, group, sources, milliseconds(code) * MS, nowNs);
        }
        return true; // RFC 3810 §8.1: between 24 and 28 octets: ignored
    }

    /** RFC 3810 §5.1.3. */
    private static long milliseconds(int code) {
        return code < 0x8000 ? code : ((code & 0xFFFL) | 0x1000) << ((code >> 12 & 7) + 3);
    }

    private static boolean hasRouterAlert(IpDatagram d) {
        ByteBuffer b = d.nio();
        int at = d.headerOffset();
        int options = at + Ipv6Header.LENGTH;
        if (b.get(at + Ipv6Header.NEXT_HEADER_OFFSET) != IpProtocol.HOP_BY_HOP || options + 2 > d.payloadOffset()) {
            return false;
        }
        int end = Math.min(d.payloadOffset(), options + (b.get(options + 1) & 0xFF) * 8 + 8);
        for (int i = options + 2; i + 1 < end; i += b.get(i) == 0 ? 1 : 2 + (b.get(i + 1) & 0xFF)) {
            if (b.get(i) == 5) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void report(List<GroupRecord> records) {
        for (List<GroupRecord> some : GroupRecord.packed(records, RECORD_LENGTH, SOURCE_LENGTH, MAX_RECORDS_LENGTH)) {
            ByteBuffer b = ByteBuffer.allocate(REPORT_HEAD + GroupRecord.lengthOf(some, RECORD_LENGTH, SOURCE_LENGTH));
            b.put(0, (byte) Icmpv6Type.MULTICAST_LISTENER_REPORT_V2).putShort(6, (short) some.size());
            int at = REPORT_HEAD;
            for (GroupRecord r : some) {
                b.put(at, (byte) r.type()).putShort(at + 2, (short) r.sources().size());
                b.putLong(at + 4, r.group().hi()).putLong(at + 12, r.group().lo());
                at += RECORD_LENGTH;
                for (IpAddress source : r.sources()) {
                    b.putLong(at, source.hi()).putLong(at + 8, source.lo());
                    at += SOURCE_LENGTH;
                }
            }
            send(b, Ipv6Groups.LINK_LOCAL_HI, ALL_MLDV2_ROUTERS_LO);
        }
    }

    private static ByteBuffer message(int type, IpAddress group) {
        return ByteBuffer.allocate(REPORT_V1_LENGTH)
                .put(0, (byte) type)
                .putLong(8, group.hi())
                .putLong(16, group.lo());
    }

    @Override
    public void reportAsBefore(int version, IpAddress group) {
        send(message(Icmpv6Type.MULTICAST_LISTENER_REPORT, group), group.hi(), group.lo());
    }

    @Override
    public void leaveAsBefore(int version, IpAddress group) {
        send(message(Icmpv6Type.MULTICAST_LISTENER_DONE, group), Ipv6Groups.LINK_LOCAL_HI, Ipv6Groups.ALL_ROUTERS_LO);
    }

    /** RFC 3810 §5: hop limit 1 and Router Alert; §5.2.13: from a link-local address, or none as long as there is none. */
    private void send(ByteBuffer message, long toHi, long toLo) {
        int length = EthernetHeader.LENGTH + Ipv6Header.LENGTH + HOP_BY_HOP_LENGTH + message.capacity();
        ByteBuf frame = ip.allocator().directBuffer(length, length);
        ByteBuffer b = frame.internalNioBuffer(0, length);
        int at = b.position();
        int ipAt = at + EthernetHeader.LENGTH;
        int icmp = ipAt + Ipv6Header.LENGTH + HOP_BY_HOP_LENGTH;
        IpAddress source = groups.linkLocal();
        EthernetHeader.write(b, at, EthernetHeader.ofGroup(toHi, toLo), device.macAddress(), EthernetHeader.IPV6);
        new Ipv6Header()
                .emit(b, ipAt, HOP_BY_HOP_LENGTH + message.capacity())
                .hopLimit(1)
                .nextHeader(IpProtocol.HOP_BY_HOP)
                .source(source.hi(), source.lo())
                .destination(toHi, toLo);
        b.putLong(ipAt + Ipv6Header.LENGTH, (long) IpProtocol.ICMPV6 << 56 | ROUTER_ALERT);
        long pseudo =
                Checksum.pseudoHeader6(source.hi(), source.lo(), toHi, toLo, IpProtocol.ICMPV6, message.capacity());
        message.putShort(2, Checksum.finish(Checksum.sum(message, 0, message.capacity(), pseudo)));
        b.put(icmp, message, 0, message.capacity());
        groups.send(frame, length);
    }
}
