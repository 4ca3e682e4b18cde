package io.sluice.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;

/** RFC 791 §3.1 "Options" and RFC 2113: the walk, the fields of each type, and where it goes wrong. */
class Ipv4OptionsTest {
    private final Ipv4Options options = new Ipv4Options();

    private List<Integer> types(String hex) {
        ByteBuffer b = Octets.tight(Octets.hex(hex), 3, true);
        assertTrue(options.wrap(b, 3, b.limit() - 3));
        List<Integer> types = new ArrayList<>();
        while (options.next()) {
            types.add(options.type());
        }
        return types;
    }

    private void first(String hex) {
        ByteBuffer b = Octets.buffer(hex);
        assertTrue(options.wrap(b, 0, b.limit()));
        assertTrue(options.next());
    }

    @Example
    void walksOverPaddingAndStopsAtTheEndOfTheList() {
        assertEquals(List.of(), types(""));
        assertEquals(List.of(), types("01010101"));
        assertEquals(List.of(148, 7), types("9404000001070704c000020100ff"));
        assertFalse(options.malformed());
        assertFalse(options.next());
        assertEquals(Ipv4Options.END_OF_LIST, options.type());
    }

    @Example
    void readsRoutes() {
        first("830b08 c0000201 c6336402 00");
        assertEquals(Ipv4Options.LOOSE_SOURCE_ROUTE, options.type());
        assertTrue(options.isSourceRoute() && options.isRoute() && options.isCopied());
        assertEquals(11, options.length());
        assertEquals(8, options.pointer());
        assertEquals(2, options.routeCapacity());
        assertEquals(0xC0000201, options.routeAddress(0));
        assertEquals(0xC6336402, options.routeAddress(1));

        first("890304 00");
        assertTrue(options.isSourceRoute());
        assertEquals(0, options.routeCapacity());

        first("070f04 00000000 00000000 00000000 00");
        assertTrue(options.isRoute() && !options.isSourceRoute() && !options.isCopied());
        assertEquals(3, options.routeCapacity());
    }

    @Example
    void readsTimestampsAndRouterAlert() {
        first("440c0d53 c0000201 01020304");
        assertEquals(Ipv4Options.TIMESTAMP, options.type());
        assertEquals(13, options.pointer());
        assertEquals(5, options.timestampOverflow());
        assertEquals(3, options.timestampFlag());
        assertEquals(0, options.routeCapacity());
        assertEquals(0, options.routerAlertValue());

        first("9404abcd");
        assertEquals(0xABCD, options.routerAlertValue());
        assertEquals(0, options.pointer());
        assertEquals(0, options.timestampFlag());
    }

    @Example
    void fieldsAreZeroBeforeTheFirstOption() {
        ByteBuffer b = Octets.buffer("830704c0000201");
        assertTrue(options.wrap(b, 0, b.limit()));
        assertEquals(0, options.type());
        assertEquals(0, options.length());
        assertEquals(0, options.pointer());
    }

    @Example
    void unbelievableLengthsEndTheWalkWhereTheyAre() {
        for (String bad :
                List.of("8801ff", "8800ff", "88", "8805ffff", "0702", "8302", "8902", "440300", "940300", "940500")) {
            assertEquals(List.of(148), types("94040000" + bad), bad);
            assertTrue(options.malformed(), bad);
            assertEquals(3 + 4, options.offset(), bad);
        }
        assertEquals(List.of(148, 136), types("940400008802")); // the least length of a type that is not known
    }

    @Example
    void aNewWalkForgetsTheLast() {
        types("88");
        assertTrue(options.malformed());
        types("01");
        assertFalse(options.malformed());
        assertFalse(options.wrap(ByteBuffer.allocate(4), 0, 5));
    }
}
