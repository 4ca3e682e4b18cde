package io.sluice.tls;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** What a handshake has to agree on, whichever library does it. Immutable; made with {@link #client} or {@link #server}. */
public final class TlsParameters {
    /** RFC 8449 §4: content of 2^14 octets, and in TLS 1.3 its type. */
    public static final int MAX_RECORD_SIZE_LIMIT = RecordSealer.MAX_CONTENT_BYTES + 1;

    private final boolean client;
    private final @Nullable String serverName;
    private final boolean verifiesName;
    private final Function<@Nullable String, @Nullable TlsIdentity> identities;
    private final boolean identifiesByName;
    private final @Nullable X509TrustManager trust;
    private final ClientAuthentication clientAuthentication;
    private final List<String> applicationProtocols;
    private final Set<TlsVersion> versions;
    private final List<CipherSuite> suites;
    private final int recordSizeLimit;

    private TlsParameters(Builder b) {
        client = b.client;
        serverName = b.serverName;
        verifiesName = b.verifiesName;
        identities = b.identities;
        identifiesByName = b.identifiesByName;
        trust = b.trust;
        clientAuthentication = b.clientAuthentication;
        applicationProtocols = List.copyOf(b.applicationProtocols);
        versions = Set.copyOf(b.versions);
        suites = List.copyOf(b.suites);
        recordSizeLimit = b.recordSizeLimit;
    }

    /**
     * Those of a client.
     *
     * @param serverName whom it wants: sent as SNI (RFC 6066 §3), and what the certificate must name; null for nobody in
     *     particular
     * @param trust decides about the server's certificate
     */
    public static Builder client(@Nullable String serverName, X509TrustManager trust) {
        Builder b = new Builder(true);
        b.serverName = serverName;
        b.verifiesName = serverName != null;
        b.trust = trust;
        return b;
    }

    /** Those of a server with one identity. */
    public static Builder server(TlsIdentity identity) {
        Builder b = server(name -> identity);
        b.identifiesByName = false;
        return b;
    }

    /** Those of a server whose identity depends on the name that the client asks for (null for none); null refuses it. */
    public static Builder server(Function<@Nullable String, @Nullable TlsIdentity> identities) {
        Builder b = new Builder(false);
        b.identities = identities;
        b.identifiesByName = true;
        return b;
    }

    /** Whether this side is the client. */
    public boolean isClient() {
        return client;
    }

    /** Whom a client wants. */
    public @Nullable String serverName() {
        return serverName;
    }

    /** Whether the server's certificate must name {@link #serverName}. */
    public boolean verifiesName() {
        return verifiesName;
    }

    /** This side's identity, if it has one for that name. */
    public @Nullable TlsIdentity identity(@Nullable String name) {
        return identities.apply(name);
    }

    /** Whether a server's identity depends on the name that the client asks for. */
    public boolean identifiesByName() {
        return identifiesByName;
    }

    /** Who decides about the peer's certificate; there is one wherever the peer is asked for one. */
    public @Nullable X509TrustManager trust() {
        return trust;
    }

    /** Whether a server asks for a certificate. */
    public ClientAuthentication clientAuthentication() {
        return clientAuthentication;
    }

    /** For ALPN (RFC 7301), the preferred one first. */
    public List<String> applicationProtocols() {
        return applicationProtocols;
    }

    /** The versions that may be agreed on. */
    public Set<TlsVersion> versions() {
        return versions;
    }

    /** The suites that may be agreed on, of {@link #versions} only, the preferred one first. */
    public List<CipherSuite> suites() {
        return suites.stream().filter(s -> versions.contains(s.version())).toList();
    }

    /** The largest record that this side wants to get: RFC 8449's RecordSizeLimit, which in TLS 1.3 counts the type as well. */
    public int recordSizeLimit() {
        return recordSizeLimit;
    }

    /** Makes {@link TlsParameters}. */
    public static final class Builder {
        private static final int SMALLEST_RECORD_SIZE_LIMIT = 64;

        private final boolean client;
        private @Nullable String serverName;
        private boolean verifiesName;
        private Function<@Nullable String, @Nullable TlsIdentity> identities = name -> null;
        private boolean identifiesByName;
        private @Nullable X509TrustManager trust;
        private ClientAuthentication clientAuthentication = ClientAuthentication.NONE;
        private List<String> applicationProtocols = List.of();
        private Set<TlsVersion> versions = EnumSet.allOf(TlsVersion.class);
        private List<CipherSuite> suites = defaultSuites();
        private int recordSizeLimit = MAX_RECORD_SIZE_LIMIT;

        private Builder(boolean client) {
            this.client = client;
        }

        /** All with forward secrecy. */
        private static List<CipherSuite> defaultSuites() {
            List<CipherSuite> all = new ArrayList<>(Arrays.asList(CipherSuite.values()));
            all.removeIf(s -> s.name().startsWith("TLS_RSA_"));
            return all;
        }

        /** Whether the server's certificate must name whom the client wants; it must unless this says otherwise. */
        public Builder verifiesName(boolean verifies) {
            verifiesName = verifies;
            return this;
        }

        /** The identity that a client shows where a server asks for it. */
        public Builder identity(TlsIdentity identity) {
            identities = name -> identity;
            return this;
        }

        /** A server asks for certificates, and {@code newTrust} decides about them. */
        public Builder authenticateClients(ClientAuthentication how, X509TrustManager newTrust) {
            clientAuthentication = how;
            trust = newTrust;
            return this;
        }

        /** For ALPN, the preferred one first. */
        public Builder applicationProtocols(String... names) {
            applicationProtocols = List.of(names);
            return this;
        }

        /** The versions that may be agreed on; both unless this says otherwise. */
        public Builder versions(TlsVersion first, TlsVersion... others) {
            versions = EnumSet.of(first, others);
            return this;
        }

        /** The suites that may be agreed on, the preferred one first; those with static RSA only if they are named here. */
        public Builder suites(CipherSuite... newSuites) {
            suites = List.of(newSuites);
            return this;
        }

        /**
         * The largest record that this side wants to get, {@link #recordSizeLimit}; as large as there are any unless this says
         * otherwise. It binds a peer that knows RFC 8449; what such a peer says binds this side, whatever is set here.
         *
         * @param octets 64 to 16385
         * @throws IllegalArgumentException if it is anything else
         */
        public Builder recordSizeLimit(int octets) {
            if (octets < SMALLEST_RECORD_SIZE_LIMIT || octets > MAX_RECORD_SIZE_LIMIT) {
                throw new IllegalArgumentException("no record size limit: " + octets);
            }
            recordSizeLimit = octets;
            return this;
        }

        /**
         * Makes them.
         *
         * @throws IllegalStateException if no suite is left for the versions
         */
        public TlsParameters build() {
            TlsParameters parameters = new TlsParameters(this);
            if (parameters.suites().isEmpty()) {
                throw new IllegalStateException("no suites for " + versions + ": " + suites);
            }
            return parameters;
        }
    }
}
