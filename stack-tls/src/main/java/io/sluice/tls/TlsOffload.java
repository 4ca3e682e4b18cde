package io.sluice.tls;

import io.netty.buffer.ByteBufAllocator;
import io.sluice.host.Host;
import java.nio.ByteBuffer;

/** What the TLS connections of one host share: ciphers, scratch memory, counters. Confined to the host's thread. */
@SuppressWarnings("EnumOrdinal") // it indexes the counters, and is never stored
public final class TlsOffload {
    /** Where content is put together: a record's, its type, and padding. */
    final byte[] content = new byte[RecordOpener.MAX_RECORD_BYTES];

    /** Where a record is put together. */
    final byte[] record = new byte[RecordOpener.MAX_RECORD_BYTES];

    /** {@link #record} as a buffer. */
    final ByteBuffer recordBuffer = ByteBuffer.wrap(record);

    final ByteBufAllocator allocator;
    private final CipherSource ciphers;
    private final long[] counters = new long[TlsCounter.values().length];

    private TlsOffload(Host host, CipherSource ciphers) {
        this.allocator = host.allocator();
        this.ciphers = ciphers;
    }

    /** That of a host: if there is none yet, one with the fastest ciphers of this JVM. */
    public static TlsOffload of(Host host) {
        return host.extension(TlsOffload.class, () -> new TlsOffload(host, CipherSource.fastest()));
    }

    /**
     * Chooses where the ciphers of a host come from; before its first TLS connection.
     *
     * @throws IllegalStateException if it is too late
     */
    public static TlsOffload install(Host host, CipherSource ciphers) {
        TlsOffload offload = host.extension(TlsOffload.class, () -> new TlsOffload(host, ciphers));
        if (!offload.ciphers.equals(ciphers)) {
            throw new IllegalStateException("there are TLS connections already, with " + offload.ciphers);
        }
        return offload;
    }

    /** Where ciphers come from. */
    public CipherSource ciphers() {
        return ciphers;
    }

    /** The value of a counter. */
    public long get(TlsCounter counter) {
        return counters[counter.ordinal()];
    }

    void count(TlsCounter counter) {
        counters[counter.ordinal()]++;
    }

    void add(TlsCounter counter, long n) {
        counters[counter.ordinal()] += n;
    }
}
