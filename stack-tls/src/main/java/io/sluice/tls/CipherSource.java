package io.sluice.tls;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where ciphers come from: for each algorithm a security provider that the user names, or the fastest. Immutable. */
public final class CipherSource {
    private static final Logger LOG = LoggerFactory.getLogger(CipherSource.class);

    /** Worth trying where its jar is there, although it is not registered. */
    private static final String CORRETTO = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

    private static final int RECORD_BYTES = RecordSealer.MAX_CONTENT_BYTES;
    private static final long ROUND_NS = 10_000_000;
    private static final int ROUNDS = 3;

    private final Map<Aead, Provider> providers;

    private CipherSource(Map<Aead, Provider> providers) {
        this.providers = providers;
    }

    /** Holds the measurement of this JVM's providers, made when it is first asked for. */
    private static final class Fastest {
        static final CipherSource SOURCE = measure(LOG::info);
    }

    /** Each algorithm from the provider that comes first in the JVM's own order. */
    public static CipherSource standard() {
        Map<Aead, Provider> providers = new EnumMap<>(Aead.class);
        for (Aead aead : Aead.values()) {
            for (Provider p : Security.getProviders()) {
                if (offers(p, aead)) {
                    providers.putIfAbsent(aead, p);
                }
            }
        }
        return new CipherSource(providers);
    }

    /** Each algorithm from {@code provider} where it has it, else as {@link #standard}. */
    public static CipherSource of(Provider provider) {
        Map<Aead, Provider> providers = new EnumMap<>(standard().providers);
        for (Aead aead : Aead.values()) {
            if (offers(provider, aead)) {
                providers.put(aead, provider);
            }
        }
        return new CipherSource(providers);
    }

    /**
     * Each algorithm from the provider that seals records of 16 KiB fastest: all that are registered are measured once in
     * the life of the JVM, some 30 ms for each, and the result is logged. Call it when the program starts.
     */
    public static CipherSource fastest() {
        return Fastest.SOURCE;
    }

    /** @param told hears what each provider can do, and which is used */
    static CipherSource measure(Consumer<String> told) {
        List<Provider> candidates = new ArrayList<>(List.of(Security.getProviders()));
        Provider corretto = corretto();
        if (corretto != null && Security.getProvider(corretto.getName()) == null) {
            candidates.add(corretto);
        }
        Map<Aead, Provider> best = new EnumMap<>(Aead.class);
        for (Aead aead : Aead.values()) {
            double fastest = 0;
            for (Provider p : candidates) {
                double rate = offers(p, aead) ? bytesPerNs(p, aead) : 0;
                if (rate > 0) {
                    told.accept(aead + " from " + p.getName() + ": " + Math.round(rate * 100) / 100.0 + " GB/s");
                }
                if (rate > fastest) {
                    fastest = rate;
                    best.put(aead, p);
                }
            }
            told.accept(aead + ": " + best.get(aead) + " is used");
        }
        return new CipherSource(best);
    }

    private static @Nullable Provider corretto() {
        try {
            return Class.forName(CORRETTO)
                    .asSubclass(Provider.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ClassNotFoundException e) {
            return null; // not there
        } catch (ReflectiveOperationException | LinkageError e) {
            LOG.info("Amazon's Corretto provider is there but does not work", e);
            return null;
        }
    }

    /** Octets that the provider seals in a nanosecond: the best of some rounds, the first of which warm the JVM up. */
    private static double bytesPerNs(Provider provider, Aead aead) {
        AeadCipher cipher = new AeadCipher(new CipherSource(Map.of(aead, provider)), aead, new byte[aead.keyBytes()]);
        byte[] nonce = new byte[Aead.NONCE_BYTES];
        byte[] aad = new byte[RecordSealer.HEADER_BYTES];
        byte[] in = new byte[RECORD_BYTES];
        byte[] out = new byte[RECORD_BYTES + Aead.TAG_BYTES];
        int serial = 0;
        double best = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            long octets = 0;
            long elapsed = 0;
            while (elapsed < ROUND_NS) {
                serial++;
                nonce[0] = (byte) serial;
                nonce[1] = (byte) (serial >>> 8);
                nonce[2] = (byte) (serial >>> 16);
                cipher.seal(nonce, aad, in, 0, in.length, out, 0);
                octets += in.length;
                elapsed = System.nanoTime() - start;
            }
            best = Math.max(best, (double) octets / elapsed);
        }
        return best;
    }

    private static boolean offers(Provider provider, Aead aead) {
        try {
            Cipher.getInstance(aead.transformation(), provider);
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The provider of an algorithm. */
    public Provider provider(Aead aead) {
        return Objects.requireNonNull(providers.get(aead), () -> "no provider offers " + aead);
    }

    Cipher cipher(Aead aead) {
        try {
            return Cipher.getInstance(aead.transformation(), provider(aead));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(aead + " has vanished from " + provider(aead), e);
        }
    }

    @Override
    public String toString() {
        return providers.toString();
    }
}
