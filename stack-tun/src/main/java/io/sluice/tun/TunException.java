package io.sluice.tun;

import java.io.IOException;

/**
 * A TUN device cannot be opened or configured. The message says what to do about it.
 *
 * <p>The subclasses are the cases that a program may want to treat differently.
 */
public class TunException extends IOException {
    private static final long serialVersionUID = 1L;

    TunException(String message, Throwable cause) {
        super(message, cause);
    }

    TunException(String message) {
        super(message);
    }
}
