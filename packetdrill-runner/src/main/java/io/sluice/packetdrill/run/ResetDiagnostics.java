package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.SourcePosition;
import io.sluice.packetdrill.language.Transport;
import java.util.Optional;

/** The diagnostic payload of a RST (draft-boucadair-tcpm-rst-diagnostic-payload), as FreeBSD's dialect writes it: 8 octets. */
final class ResetDiagnostics {
    private static final long MAGIC = 0x33AAL;
    private static final int MAGIC_SHIFT = 48;
    private static final int CODE_SHIFT = 32;

    private ResetDiagnostics() {}

    /** The octets, first one highest. */
    static long octets(Transport.ResetReason reason) {
        return MAGIC << MAGIC_SHIFT | (long) reason.code() << CODE_SHIFT | reason.enterpriseNumber();
    }

    /** What {@code octets} say, if they are such a payload. */
    static Optional<Transport.ResetReason> reason(long octets, SourcePosition position) {
        return octets >>> MAGIC_SHIFT == MAGIC
                ? Optional.of(new Transport.ResetReason(
                        position, (int) (octets >>> CODE_SHIFT) & 0xFFFF, octets & 0xFFFF_FFFFL))
                : Optional.empty();
    }
}
