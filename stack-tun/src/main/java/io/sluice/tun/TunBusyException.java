package io.sluice.tun;

import java.io.IOException;

/** Somebody else holds the device, or it exists and was to be made anew. */
public final class TunBusyException extends TunException {
    private static final long serialVersionUID = 1L;

    TunBusyException(String message, IOException cause) {
        super(message, cause);
    }
}
