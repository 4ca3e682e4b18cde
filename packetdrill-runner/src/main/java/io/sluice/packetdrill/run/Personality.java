package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.Symbols;
import io.sluice.posix.PosixProfile;
import io.sluice.tcp.TcpProfile;
import java.util.Locale;
import java.util.Optional;

/**
 * The kernel that the stack under test is to look like: data for every layer.
 *
 * @param tcp TCP's knobs
 * @param posix errors and defaults of the calls
 * @param symbols what names in the script mean
 * @param definition the name that scripts ask for with {@code #ifdef}
 */
public record Personality(TcpProfile tcp, PosixProfile posix, Symbols symbols, String definition) {
    /** What users of the stack get. */
    public static Personality standard() {
        return new Personality(TcpProfile.STANDARD, PosixProfile.STANDARD, Symbols.linux(), "STANDARD");
    }

    /** FreeBSD. */
    public static Personality freeBsd() {
        return new Personality(TcpProfile.FREEBSD, PosixProfile.FREEBSD, Symbols.freeBsd(), "FreeBSD");
    }

    /** Linux. */
    public static Personality linux() {
        return new Personality(TcpProfile.LINUX, PosixProfile.LINUX, Symbols.linux(), "linux");
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
