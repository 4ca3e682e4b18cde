package io.sluice.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.host.EthernetWire;
import io.sluice.wire.Checksum;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Messages of IGMP and MLD as tests read them. */
final class GroupReports {
    static final int ROUTER_ALERT = 0x9404_0000;
    static final byte[] HOP_BY_HOP = {58, 0, 5, 2, 0, 0, 1, 0};

    private GroupReports() {}

    /**
     * What was sent about groups since the last time, each as words: the type, and what it is about; of records their type and group,
     * and their sources in brackets.
     */
    static List<String> told(EthernetWire wire) {
        List<String> told = new ArrayList<>();
        for (byte[] frame : wire.take()) {
            assertTrue(frame.length <= EthernetHeader.LENGTH + 1500);
            ByteBuffer b = ByteBuffer.wrap(frame);
            boolean ipv6 = (b.getShort(12) & 0xFFFF) == EthernetHeader.IPV6;
            if (ipv6 && b.get(20) == IpProtocol.HOP_BY_HOP) {
                told.add(mld(b));
            } else if (!ipv6 && (b.getShort(12) & 0xFFFF) == EthernetHeader.IPV4 && b.get(23) == 2) {
                told.add(igmp(b));
            }
        }
        return told;
    }

    private static String igmp(ByteBuffer b) {
        assertEquals(0x46C0, b.getShort(14)); // with an option, and RFC 3376 §4's precedence
        assertEquals(1, b.get(22));
        assertEquals(ROUTER_ALERT, b.getInt(34));
        assertTrue(Checksum.isValid(Checksum.sum(b, 14, 24, 0)));
        int length = b.getShort(16) - 24;
        assertTrue(Checksum.isValid(Checksum.sum(b, 38, length, 0)));
        IpAddress to = IpAddress.ofV4(b.getInt(30));
        assertEquals(EthernetHeader.ofGroup(0, Integer.toUnsignedLong(to.v4())), b.getLong(0) >>> 16);
        StringBuilder s = new StringBuilder(Integer.toHexString(b.get(38) & 0xFF))
                .append(" to ")
                .append(to);
        if (b.get(38) != 0x22) {
            return s.append(' ').append(IpAddress.ofV4(b.getInt(42))).toString();
        }
        assertEquals(38 + length, records(b, 46, b.getShort(44), false, s));
        return s.toString();
    }

    private static String mld(ByteBuffer b) {
        assertEquals(1, b.get(21)); // hop limit
        for (int i = 0; i < 8; i++) {
            assertEquals(HOP_BY_HOP[i], b.get(54 + i));
        }
        int length = b.getShort(18) - 8;
        IpAddress to = address(b, 38, true);
        long pseudo = Checksum.pseudoHeader6(b.getLong(22), b.getLong(30), to.hi(), to.lo(), IpProtocol.ICMPV6, length);
        assertTrue(Checksum.isValid(Checksum.sum(b, 62, length, pseudo)));
        assertEquals(EthernetHeader.ofGroup(to.hi(), to.lo()), b.getLong(0) >>> 16);
        String from = b.getLong(22) == 0 ? " from ::" : "";
        StringBuilder s = new StringBuilder()
                .append(b.get(62) & 0xFF)
                .append(from)
                .append(" to ")
                .append(to);
        if ((b.get(62) & 0xFF) != 143) {
            return s.append(' ').append(address(b, 70, true)).toString();
        }
        assertEquals(62 + length, records(b, 70, b.getShort(68), true, s));
        return s.toString();
    }

    private static IpAddress address(ByteBuffer b, int at, boolean ipv6) {
        return ipv6 ? IpAddress.ofV6(b.getLong(at), b.getLong(at + 8)) : IpAddress.ofV4(b.getInt(at));
    }

    /** Reads records; returns where they end. */
    private static int records(ByteBuffer b, int from, int count, boolean ipv6, StringBuilder s) {
        int octets = ipv6 ? 16 : 4;
        int at = from;
        for (int i = 0; i < count; i++) {
            s.append(' ').append(b.get(at)).append(':').append(address(b, at + 4, ipv6));
            List<IpAddress> sources = new ArrayList<>();
            int n = b.getShort(at + 2);
            at += 4 + octets;
            for (int k = 0; k < n; k++, at += octets) {
                sources.add(address(b, at, ipv6));
            }
            s.append(sources.isEmpty() ? "" : sources.toString().replace(" ", ""));
        }
        return at;
    }
}
