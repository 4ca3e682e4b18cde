package io.sluice.tls.bouncycastle;

import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.tls.TlsSession;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of TLS 1.2 that may be resumed with the parameters that they were made with: a client's by the server's name, a server's by
 * their identifier and the name that the client asked for.
 */
final class SessionCache {
    private static final int MAX_SESSIONS = 4096;

    private final Map<String, TlsSession> sessions = new ConcurrentHashMap<>();

    @Nullable TlsSession ofServer(@Nullable String name) {
        return name == null ? null : usable(name);
    }

    /** RFC 6066 §3: a server "MUST NOT accept the request to resume the session" for another name. */
    @Nullable TlsSession ofId(byte[] id, @Nullable String name) {
        return usable(key(id, name));
    }

    private static String key(byte[] id, @Nullable String name) {
        return HexFormat.of().formatHex(id) + (name == null ? "" : " " + name);
    }

    private @Nullable TlsSession usable(String key) {
        TlsSession s = sessions.get(key);
        return s == null || s.isResumable() ? s : null;
    }

    void keepForServer(@Nullable String name, @Nullable TlsSession session) {
        if (name != null) {
            keep(name, session);
        }
    }

    void keepById(@Nullable TlsSession session, @Nullable String name) {
        if (session != null) {
            keep(key(session.getSessionID(), name), session);
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
