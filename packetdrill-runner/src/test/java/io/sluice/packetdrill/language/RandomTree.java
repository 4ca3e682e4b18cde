package io.sluice.packetdrill.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;

/** The dice that the makers of random syntax trees share; the seed decides everything. */
class RandomTree {
    static final SourcePosition NOWHERE = new SourcePosition(1, 1);
    static final long MAX_32_BITS = 0xFFFF_FFFFL;

    private final Random random;

    RandomTree(Random random) {
        this.random = random;
    }

    Random random() {
        return random;
    }

    boolean coin() {
        return random.nextBoolean();
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    int upTo(int maximum) {
        return random.nextInt(maximum + 1);
    }

    long unsigned32() {
        return random.nextInt() & MAX_32_BITS;
    }

    <T> Optional<T> maybe(Supplier<T> value) {
        return coin() ? Optional.of(value.get()) : Optional.empty();
    }

    OptionalInt maybeUpTo(int maximum) {
        return coin() ? OptionalInt.of(upTo(maximum)) : OptionalInt.empty();
    }

    OptionalLong maybeUnsigned32() {
        return coin() ? OptionalLong.of(unsigned32()) : OptionalLong.empty();
    }

    <T> List<T> list(int minimum, int maximum, Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int i = minimum + upTo(maximum - minimum); i > 0; i--) {
            list.add(element.get());
        }
        return list;
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    final <T> T oneOf(T... choices) {
        return choices[below(choices.length)];
    }

    /** A word that means nothing in particular. */
    String name() {
        return oneOf("a", "SOCK_STREAM", "tcpi_rtt", "x_1", "Z", "msg_iov", "onoff", "TCP_CA_Open");
    }

    /** Any characters of one byte, but for those in {@code without}. */
    String text(String without) {
        StringBuilder out = new StringBuilder();
        for (int i = upTo(8); i > 0; i--) {
            char c = (char) (coin() ? 'a' + below(26) : below(256));
            out.append(without.indexOf(c) < 0 ? c : '-');
        }
        return out.toString();
    }

    HexData hex(int maximumOctets) {
        StringBuilder out = new StringBuilder();
        for (int i = 1 + below(maximumOctets); i > 0; i--) {
            out.append(String.format("%02x", below(256)));
        }
        return new HexData(NOWHERE, out.toString());
    }
}
