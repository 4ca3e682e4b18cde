package io.sluice.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Points a view at octets and, if it accepts them, reads everything there is to read: every public getter without
 * arguments, found by reflection so that none is forgotten. What a getter says about places must lie inside the octets.
 */
final class ViewProbe {
    /** How a view is pointed at octets. */
    interface Wrap {
        boolean wrap(ByteBuffer b, int offset, int length);
    }

    /** Public methods without arguments that do something rather than read. */
    private static final Set<String> ACTIONS = Set.of("updateChecksum", "next", "clear");

    private final String name;
    private final Wrap wrap;
    private final Object view;
    private final List<Method> getters;

    private ViewProbe(String name, Object view, Wrap wrap) {
        this.name = name;
        this.wrap = wrap;
        this.view = view;
        this.getters = Arrays.stream(view.getClass().getDeclaredMethods())
                .filter(m -> Modifier.isPublic(m.getModifiers()) && !Modifier.isStatic(m.getModifiers()))
                .filter(m -> m.getParameterCount() == 0 && !ACTIONS.contains(m.getName()))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    /** A probe for each view of this package. */
    static List<ViewProbe> all() {
        Ipv4Header ipv4 = new Ipv4Header();
        Ipv4Header ipv4Quoted = new Ipv4Header();
        Ipv4Options ipv4Options = new Ipv4Options();
        Ipv6Header ipv6 = new Ipv6Header();
        Ipv6Header ipv6Quoted = new Ipv6Header();
        Ipv6FragmentHeader fragment = new Ipv6FragmentHeader();
        IcmpHeader icmp = new IcmpHeader();
        QuotedTransport quoted = new QuotedTransport();
        UdpHeader udp = new UdpHeader();
        TcpHeader tcp = new TcpHeader();
        TcpOptions tcpOptions = new TcpOptions();
        return List.of(
                new ViewProbe("Ipv4Header", ipv4, ipv4::wrap),
                new ViewProbe("Ipv4Header, quoted", ipv4Quoted, ipv4Quoted::wrapQuoted),
                new ViewProbe("Ipv4Options", ipv4Options, ipv4Options::wrap),
                new ViewProbe("Ipv6Header", ipv6, ipv6::wrap),
                new ViewProbe("Ipv6Header, quoted", ipv6Quoted, ipv6Quoted::wrapQuoted),
                new ViewProbe("Ipv6FragmentHeader", fragment, fragment::wrap),
                extensionHeaders(IpProtocol.HOP_BY_HOP),
                extensionHeaders(IpProtocol.ROUTING),
                extensionHeaders(IpProtocol.FRAGMENT),
                extensionHeaders(IpProtocol.AUTHENTICATION),
                extensionHeaders(IpProtocol.DESTINATION_OPTIONS),
                extensionHeaders(IpProtocol.TCP),
                new ViewProbe("IcmpHeader", icmp, icmp::wrap),
                new ViewProbe("QuotedTransport", quoted, quoted::wrap),
                new ViewProbe("UdpHeader", udp, udp::wrap),
                udpOptions(false),
                udpOptions(true),
                new ViewProbe("TcpHeader", tcp, tcp::wrap),
                new ViewProbe("TcpOptions", tcpOptions, (b, offset, length) -> {
                    tcpOptions.parse(b, offset, length);
                    return true; // what was parsed before a fault is read, too
                }));
    }

    private static ViewProbe udpOptions(boolean odd) {
        UdpOptions options = new UdpOptions();
        return new ViewProbe(
                "UdpOptions" + (odd ? ", padded" : ""),
                options,
                (b, offset, length) -> options.wrap(b, offset, length, odd));
    }

    private static ViewProbe extensionHeaders(int first) {
        Ipv6ExtensionHeaders headers = new Ipv6ExtensionHeaders();
        return new ViewProbe("Ipv6ExtensionHeaders from " + first, headers, (b, offset, length) -> {
            boolean upper = headers.walk(b, offset, length, first, offset);
            assertEquals(headers.outcome() == Ipv6ExtensionHeaders.Outcome.UPPER_LAYER, upper);
            return true;
        });
    }

    /** Probes the octets from {@code offset} to the buffer's limit. */
    void probe(ByteBuffer b, int offset) {
        int end = b.limit();
        if (!wrap.wrap(b, offset, end - offset)) {
            return;
        }
        readAll(offset, end);
        if (view instanceof Ipv4Options options) {
            int count = 0;
            while (options.next()) {
                assertTrue(++count <= end - offset, "more options than octets");
                for (int i = 0; i < options.routeCapacity(); i++) {
                    options.routeAddress(i);
                }
                readAll(offset, end);
            }
            readAll(offset, end);
        }
        if (view instanceof UdpOptions options) {
            for (int count = 0; options.next(); count++) {
                assertTrue(count <= end - offset, "more options than octets");
                options.endAt(offset + options.fragStart());
                readAll(offset, end);
            }
            readAll(offset, end);
        }
        if (view instanceof TcpOptions options) {
            assertTrue(options.sackCount() >= 0 && options.sackCount() <= TcpOptions.MAX_SACK_BLOCKS);
            for (int i = 0; i < options.sackCount(); i++) {
                options.sackLeft(i);
                options.sackRight(i);
            }
        }
    }

    private void readAll(int offset, int end) {
        Map<String, Integer> numbers = new TreeMap<>();
        for (Method getter : getters) {
            try {
                if (getter.invoke(view) instanceof Integer number) {
                    numbers.put(getter.getName(), number);
                }
            } catch (ReflectiveOperationException e) {
                fail(name + "." + getter.getName(), e);
            }
        }
        numbers.forEach((getter, at) -> {
            if (getter.toLowerCase(Locale.ROOT).endsWith("offset")) {
                assertInside(getter, at, numbers, offset, end);
            }
        });
    }

    /** {@code xOffset} is inside the octets, and {@code xLength} octets from there on are, too. Both 0 means absent. */
    private void assertInside(String getter, int at, Map<String, Integer> numbers, int offset, int end) {
        String prefix = getter.substring(0, getter.length() - "offset".length());
        boolean absent = at == 0;
        numbers.forEach((other, length) -> {
            if (!prefix.isEmpty() && other.startsWith(prefix + "Length") && !other.endsWith("Field")) {
                boolean inside = at >= offset && length >= 0 && at + length <= end;
                assertTrue(inside || (absent && length == 0), () -> name + "." + getter + " " + at + " + " + length);
            }
        });
        assertTrue(absent || (at >= offset && at <= end), () -> name + "." + getter + " is " + at);
    }

    /** Asks for octets that the buffer may not have; only a crash is wrong. */
    void probeAnywhere(ByteBuffer b, int offset, int length) {
        boolean inside = offset >= 0 && length >= 0 && (long) offset + length <= b.limit();
        boolean accepted = wrap.wrap(b, offset, length);
        assertTrue(inside || !accepted || view instanceof TcpOptions || view instanceof Ipv6ExtensionHeaders, name);
    }

    @Override
    public String toString() {
        return name;
    }
}
