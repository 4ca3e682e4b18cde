package io.sluice.tls.tcnative;

import io.netty.internal.tcnative.KeyLogCallback;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The traffic secrets that the library has told as lines of a key log: label, the client's random, secret. */
final class KeyLog implements KeyLogCallback {
    private static final byte[] CLIENT = "CLIENT_TRAFFIC_SECRET_0 ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SERVER = "SERVER_TRAFFIC_SECRET_0 ".getBytes(StandardCharsets.US_ASCII);
    private static final int RANDOM_BYTES = 32;

    private final Map<Of, byte[]> secrets = new ConcurrentHashMap<>();

    private record Of(long ssl, boolean client) {}

    /** No string is made of it, since nobody could overwrite that. */
    @Override
    public void handle(long ssl, byte[] line) {
        boolean ofClient = startsWith(line, CLIENT);
        if (ofClient || startsWith(line, SERVER)) {
            byte[] label = ofClient ? CLIENT : SERVER;
            keep(new Of(ssl, ofClient), secretIn(line, label.length + 2 * RANDOM_BYTES + 1));
        }
        Arrays.fill(line, (byte) 0);
    }

    private static boolean startsWith(byte[] line, byte[] label) {
        return line.length >= label.length && Arrays.equals(line, 0, label.length, label, 0, label.length);
    }

    private static byte[] secretIn(byte[] line, int at) {
        byte[] secret = new byte[Math.max(0, line.length - at) / 2];
        for (int i = 0; i < secret.length; i++) {
            secret[i] = (byte) (Character.digit(line[at + 2 * i], 16) << 4 | Character.digit(line[at + 2 * i + 1], 16));
        }
        return secret;
    }

    private void keep(Of of, byte @Nullable [] secret) {
        byte[] former = secret == null ? secrets.remove(of) : secrets.put(of, secret);
        if (former != null) {
            Arrays.fill(former, (byte) 0);
        }
    }

    /** The traffic secret of one direction, once, and whose it is then; null if the library has not told it. */
    byte @Nullable [] take(long ssl, boolean ofClient) {
        return secrets.remove(new Of(ssl, ofClient));
    }

    /** Overwrites what nobody has taken. */
    void forget(long ssl) {
        keep(new Of(ssl, true), null);
        keep(new Of(ssl, false), null);
    }

    /** Secrets that nobody has taken yet. */
    int kept() {
        return secrets.size();
    }
}
