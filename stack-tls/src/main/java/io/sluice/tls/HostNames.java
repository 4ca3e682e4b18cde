package io.sluice.tls;

import io.sluice.wire.IpAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Whether a certificate is for a host: RFC 9525, by subjectAltName only. */
public final class HostNames {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private HostNames() {}

    /** Whether this is an address rather than a name. */
    public static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9]+(\\.[0-9]+){3}");
    }

    /** Whether the certificate names {@code host}. */
    public static boolean matches(String host, X509Certificate certificate) {
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return false;
        }
        if (names == null) {
            return false;
        }
        for (List<?> name : names) {
            int type = (Integer) name.get(0);
            String value = String.valueOf(name.get(1));
            boolean same = isAddress(host)
                    ? type == IP_ADDRESS && IpAddress.parse(host).equals(IpAddress.parse(value))
                    : type == DNS_NAME && matches(host.toLowerCase(Locale.ROOT), value.toLowerCase(Locale.ROOT));
            if (same) {
                return true;
            }
        }
        return false;
    }

    /** RFC 9525 §6.3: a wildcard stands for one whole label, the first. */
    private static boolean matches(String host, String pattern) {
        String plain = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (!pattern.startsWith("*.")) {
            return plain.equals(pattern);
        }
        int dot = plain.indexOf('.');
        return dot > 0 && plain.substring(dot).equals(pattern.substring(1)) && pattern.indexOf('.', 2) > 0;
    }
}
