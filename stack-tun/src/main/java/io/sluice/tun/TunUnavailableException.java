package io.sluice.tun;

import java.io.IOException;

/** The TUN driver is not there: no {@code /dev/net/tun}, or no driver behind it. */
public final class TunUnavailableException extends TunException {
    private static final long serialVersionUID = 1L;

    TunUnavailableException(String message, IOException cause) {
        super(message, cause);
    }
}
