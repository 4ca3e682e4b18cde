package io.sluice.packetdrill.language;

import java.util.HexFormat;
import java.util.Optional;

/**
 * Octets that a script writes in hexadecimal, or a name that stands for them and was not defined.
 *
 * @param position where it is
 * @param text an even number of hexadecimal digits, or the name
 */
public record HexData(SourcePosition position, String text) {
    /** Whether {@code text} has only hexadecimal digits. */
    static boolean isHex(String text) {
        return text.chars().allMatch(HexFormat::isHexDigit);
    }

    /** The octets; empty if the script was parsed without a definition of the name it uses. */
    public Optional<byte[]> octets() {
        return isHex(text) ? Optional.of(HexFormat.of().parseHex(text)) : Optional.empty();
    }
}
