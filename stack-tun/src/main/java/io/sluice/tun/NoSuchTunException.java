package io.sluice.tun;

/** The device that was to be opened does not exist. */
public final class NoSuchTunException extends TunException {
    private static final long serialVersionUID = 1L;

    NoSuchTunException(String message) {
        super(message);
    }
}
