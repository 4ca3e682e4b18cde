package io.sluice.tls;

import org.jspecify.annotations.Nullable;

/**
 * What a connection's TLS has done so far: for {@link TlsOption#TLS_INFO}.
 *
 * @param transmit the direction that seals, or null if it does not
 * @param receive the direction that opens, or null if it does not
 */
public record TlsInfo(@Nullable Direction transmit, @Nullable Direction receive) {
    /**
     * One direction.
     *
     * @param suite cipher and version
     * @param records of all types, since the stack has the keys
     * @param dataBytes octets of application data in them
     * @param keyUpdates how often the key was changed
     * @param recordsWithKey records under the present key, those before the stack had it among them (RFC 8446 §5.5)
     */
    public record Direction(CipherSuite suite, long records, long dataBytes, long keyUpdates, long recordsWithKey) {}
}
