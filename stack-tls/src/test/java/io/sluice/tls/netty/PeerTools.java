package io.sluice.tls.netty;

import io.sluice.tls.CipherSuite;
import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;

/** What the tools of other implementations want to be told. */
final class PeerTools {
    private PeerTools() {}

    /** How OpenSSL's tools are told the version and the suite. */
    static List<String> openssl(CipherSuite suite) {
        if (suite.version() == TlsVersion.TLS_1_3) {
            return List.of("-tls1_3", "-ciphersuites", suite.name());
        }
        String name =
                switch (suite.aead()) {
                    case AES_128_GCM -> "ECDHE-RSA-AES128-GCM-SHA256";
                    case AES_256_GCM -> "ECDHE-RSA-AES256-GCM-SHA384";
                    case CHACHA20_POLY1305 -> "ECDHE-RSA-CHACHA20-POLY1305";
                };
        return List.of("-tls1_2", "-cipher", name);
    }

    /** How those of GnuTLS are. */
    static String gnutls(CipherSuite suite) {
        String cipher =
                switch (suite.aead()) {
                    case AES_128_GCM -> "AES-128-GCM";
                    case AES_256_GCM -> "AES-256-GCM";
                    case CHACHA20_POLY1305 -> "CHACHA20-POLY1305";
                };
        String version = suite.version() == TlsVersion.TLS_1_3 ? "1.3" : "1.2";
        return "NORMAL:-VERS-ALL:+VERS-TLS" + version + ":-CIPHER-ALL:+" + cipher;
    }

    /** A command line of words and lists of words. */
    static List<String> command(Object... parts) {
        List<String> all = new ArrayList<>();
        for (Object part : parts) {
            if (part instanceof Collection<?> some) {
                some.forEach(s -> all.add(s.toString()));
            } else {
                all.add(part.toString());
            }
        }
        return all;
    }

    /** Writes an identity to {@code name.pem} and {@code name.key}. */
    static void pem(Path directory, TlsIdentity identity, String name)
            throws IOException, CertificateEncodingException {
        write(directory, name + ".pem", "CERTIFICATE", identity.chain().get(0).getEncoded());
        write(directory, name + ".key", "PRIVATE KEY", identity.key().getEncoded());
    }

    private static void write(Path directory, String file, String kind, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(
                directory.resolve(file), "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
    }
}
