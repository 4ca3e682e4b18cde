package io.sluice.tls.bouncycastle;

import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.tls.TlsSession;
import org.jspecify.annotations.Nullable;

/** Sessions of TLS 1.2 that may be resumed: a client's by the server's name, a server's by their identifier. */
final class SessionCache {
    private static final int MAX_SESSIONS = 4096;

    private final Map<String, TlsSession> sessions = new ConcurrentHashMap<>();

    @Nullable TlsSession ofServer(@Nullable String name) {
        return name == null ? null : usable("server " + name);
    }

    @Nullable TlsSession ofId(byte[] id) {
        return usable(HexFormat.of().formatHex(id));
    }

    private @Nullable TlsSession usable(String key) {
        TlsSession s = sessions.get(key);
        return s == null || s.isResumable() ? s : null;
    }

    void keepForServer(@Nullable String name, @Nullable TlsSession session) {
        if (name != null) {
            keep("server " + name, session);
        }
    }

    void keepById(@Nullable TlsSession session) {
        if (session != null) {
            keep(HexFormat.of().formatHex(session.getSessionID()), session);
        }
    }

    private void keep(String key, @Nullable TlsSession session) {
        if (session == null || !session.isResumable() || session.getSessionID().length == 0) {
            return;
        }
        if (sessions.size() >= MAX_SESSIONS) {
            sessions.keySet().stream().findAny().ifPresent(sessions::remove);
        }
        sessions.put(key, session);
    }
}
