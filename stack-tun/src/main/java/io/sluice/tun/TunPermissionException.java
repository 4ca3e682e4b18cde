package io.sluice.tun;

import java.io.IOException;

/** This process may not open or configure the device: it lacks {@code CAP_NET_ADMIN} or file access. */
public final class TunPermissionException extends TunException {
    private static final long serialVersionUID = 1L;

    TunPermissionException(String message, IOException cause) {
        super(message, cause);
    }
}
