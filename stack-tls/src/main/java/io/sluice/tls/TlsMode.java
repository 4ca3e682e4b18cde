package io.sluice.tls;

/** Who seals or opens the records of a direction: FreeBSD's TCP_TLS_MODE. */
public enum TlsMode {
    /** Nobody in the stack. */
    NONE,
    /** The stack, on the CPU (TCP_TLS_MODE_SW). There is no other, since there is no network card that this stack sees. */
    SOFTWARE;

    static TlsMode of(boolean offloaded) {
        return offloaded ? SOFTWARE : NONE;
    }
}
