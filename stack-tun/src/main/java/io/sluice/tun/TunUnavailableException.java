package io.sluice.tun;

/** There are no TUN devices to be had: no {@code /dev/net/tun}, no driver behind it, or no native library to use it. */
public final class TunUnavailableException extends TunException {
    private static final long serialVersionUID = 1L;

    TunUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
