package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.Symbols;
import io.sluice.posix.PosixProfile;
import io.sluice.tcp.TcpProfile;
import io.sluice.tcp.TcpStack;
import java.util.Locale;
import java.util.Optional;

/**
 * The kernel that the stack under test is to look like: data for every layer.
 *
 * @param tcp TCP's knobs
 * @param stack the TCP stack of sockets that do not choose one
 * @param posix errors and defaults of the calls
 * @param symbols what names in the script mean
 * @param definition the name that scripts ask for with {@code #ifdef}
 * @param dialect how the scripts for this kernel are meant
 */
public record Personality(
        TcpProfile tcp, TcpStack stack, PosixProfile posix, Symbols symbols, String definition, Dialect dialect) {
    private Personality(TcpProfile tcp, PosixProfile posix, Symbols symbols, String definition, Dialect dialect) {
        this(tcp, TcpStack.DEFAULT, posix, symbols, definition, dialect);
    }

    /** The same with another TCP stack. */
    public Personality with(TcpStack other) {
        return new Personality(tcp, other, posix, symbols, definition, dialect);
    }

    /**
     * How scripts are meant where the language leaves it open.
     *
     * @param timestampTickNs what a tick of TCP's timestamps stands for, or 0 where scripts write any value
     * @param unmentionedPacketsFail whether a script mentions every packet up to the last that it injects
     * @param segmentationOffload whether the link under the stack cuts large segments, so that scripts see them whole
     */
    public record Dialect(long timestampTickNs, boolean unmentionedPacketsFail, boolean segmentationOffload) {
        private static final Dialect EXACT = new Dialect(1_000_000, true, false);
        private static final Dialect FREEBSD = new Dialect(0, true, false);
        private static final Dialect GOOGLE = new Dialect(0, false, true);
    }

    /** What users of the stack get. */
    public static Personality standard() {
        return new Personality(TcpProfile.STANDARD, PosixProfile.STANDARD, Symbols.linux(), "STANDARD", Dialect.EXACT);
    }

    /** FreeBSD. */
    public static Personality freeBsd() {
        return new Personality(TcpProfile.FREEBSD, PosixProfile.FREEBSD, Symbols.freeBsd(), "FreeBSD", Dialect.FREEBSD);
    }

    /** Linux. */
    public static Personality linux() {
        return new Personality(TcpProfile.LINUX, PosixProfile.LINUX, Symbols.linux(), "linux", Dialect.GOOGLE);
    }

    /** The one called {@code standard}, {@code freebsd} or {@code linux}. */
    public static Optional<Personality> named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "standard" -> Optional.of(standard());
            case "freebsd" -> Optional.of(freeBsd());
            case "linux" -> Optional.of(linux());
            default -> Optional.empty();
        };
    }
}
