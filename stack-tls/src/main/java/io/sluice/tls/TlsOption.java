package io.sluice.tls;

import io.sluice.api.ExtensionOption;
import io.sluice.api.TcpSocket;
import io.sluice.event.SocketError;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The socket options of TLS, by the names of Linux ({@code tls.rst}) and FreeBSD ({@code ktls(4)}): for {@link
 * TcpSocket#set(ExtensionOption, Object, long)}. All but the keys can be set as soon as their direction has keys.
 *
 * @param <T> the value's type
 */
public final class TlsOption<T> implements ExtensionOption<T> {
    /** The keys that what is written is sealed with from now on; once. Not told. */
    public static final TlsOption<TrafficKeys> TLS_TX =
            new TlsOption<>("TLS_TX", TlsOption::secret, (s, keys, now) -> TlsConnection.transmit(s, keys));

    /** The keys that what is not read yet is opened with; once. Not told. */
    public static final TlsOption<TrafficKeys> TLS_RX =
            new TlsOption<>("TLS_RX", TlsOption::secret, (s, keys, now) -> TlsConnection.receive(s, keys, null, now));

    /** FreeBSD's name of {@link #TLS_TX}. */
    public static final TlsOption<TrafficKeys> TCP_TXTLS_ENABLE =
            new TlsOption<>("TCP_TXTLS_ENABLE", TLS_TX.getter, TLS_TX.setter);

    /** FreeBSD's name of {@link #TLS_RX}. */
    public static final TlsOption<TrafficKeys> TCP_RXTLS_ENABLE =
            new TlsOption<>("TCP_RXTLS_ENABLE", TLS_RX.getter, TLS_RX.setter);

    /** Who seals; read only. */
    public static final TlsOption<TlsMode> TCP_TXTLS_MODE =
            new TlsOption<>("TCP_TXTLS_MODE", s -> TlsMode.of(sender(s) != null), TlsOption::readOnly);

    /** Who opens; read only. */
    public static final TlsOption<TlsMode> TCP_RXTLS_MODE =
            new TlsOption<>("TCP_RXTLS_MODE", s -> TlsMode.of(receiver(s) != null), TlsOption::readOnly);

    /** Suites and statistics of both directions; read only. */
    public static final TlsOption<TlsInfo> TLS_INFO = new TlsOption<>("TLS_INFO", TlsOption::info, TlsOption::readOnly);

    /**
     * The most content of a record that is sent, 64 (TLS 1.3: 63) to 16384: what the peer's record_size_limit leaves (RFC 8449).
     * Where a handshake has agreed on that, the keys bring it.
     */
    public static final TlsOption<Integer> TLS_TX_MAX_PAYLOAD_LEN = ofSender(
            "TLS_TX_MAX_PAYLOAD_LEN",
            RecordSealer.MAX_CONTENT_BYTES,
            (s, limit) -> isContentLimit(s.sealer().suite(), limit),
            TlsSender::maxContent,
            TlsSender::maxContent);

    /** The most content of a record that is taken, likewise: what this side's record_size_limit has promised (RFC 8449). */
    public static final TlsOption<Integer> TLS_RX_MAX_PAYLOAD_LEN = ofReceiver(
            "TLS_RX_MAX_PAYLOAD_LEN",
            RecordSealer.MAX_CONTENT_BYTES,
            (r, limit) -> isContentLimit(r.opener().suite(), limit),
            r -> r.opener().contentLimit(),
            (r, limit) -> r.opener().contentLimit(limit));

    /** Counts records with padding; they are opened all the same, in one pass. */
    public static final TlsOption<Boolean> TLS_RX_EXPECT_NO_PAD = ofReceiver(
            "TLS_RX_EXPECT_NO_PAD", false, (r, v) -> true, TlsReceiver::expectNoPadding, TlsReceiver::expectNoPadding);

    /** Whether records that are not data are kept for {@link TcpSocket#readRecord}, or ignored. */
    public static final TlsOption<Boolean> TLS_GET_RECORD =
            ofReceiver("TLS_GET_RECORD", false, (r, v) -> true, TlsReceiver::wantsRecords, TlsReceiver::wantsRecords);

    /** Whether a stream that ends without close_notify, but between records, ends like any other. */
    public static final TlsOption<Boolean> TLS_RX_IGNORE_UNEXPECTED_EOF = ofReceiver(
            "TLS_RX_IGNORE_UNEXPECTED_EOF",
            false,
            (r, v) -> true,
            TlsReceiver::toleratesTruncation,
            TlsReceiver::toleratesTruncation);

    /** Records are padded to a multiple of so many octets of content (RFC 8446 §5.4), 1 to 16384; 1 for no padding. */
    public static final TlsOption<Integer> TLS_TX_PADDING = ofSender(
            "TLS_TX_PADDING",
            1,
            (s, v) -> v >= 1 && v <= RecordSealer.MAX_CONTENT_BYTES,
            TlsSender::paddingUnit,
            TlsSender::paddingUnit);

    /** After how many records the transmitting key is changed (RFC 8446 §5.5), 1 or more. */
    public static final TlsOption<Long> TLS_TX_REKEY_RECORDS = ofSender(
            "TLS_TX_REKEY_RECORDS",
            Long.MAX_VALUE,
            (s, v) -> v >= 1,
            TlsSender::updateAfterRecords,
            TlsSender::updateAfterRecords);

    /** All of them. */
    public static final List<TlsOption<?>> ALL = List.of(
            TLS_TX,
            TLS_RX,
            TCP_TXTLS_ENABLE,
            TCP_RXTLS_ENABLE,
            TCP_TXTLS_MODE,
            TCP_RXTLS_MODE,
            TLS_INFO,
            TLS_TX_MAX_PAYLOAD_LEN,
            TLS_RX_MAX_PAYLOAD_LEN,
            TLS_RX_EXPECT_NO_PAD,
            TLS_GET_RECORD,
            TLS_RX_IGNORE_UNEXPECTED_EOF,
            TLS_TX_PADDING,
            TLS_TX_REKEY_RECORDS);

    private final String name;
    private final Function<TcpSocket, T> getter;
    private final Setter<T> setter;

    /** Sets an option. */
    private interface Setter<T> {
        @Nullable SocketError set(TcpSocket socket, T value, long nowNs);
    }

    private TlsOption(String name, Function<TcpSocket, T> getter, Setter<T> setter) {
        this.name = name;
        this.getter = getter;
        this.setter = setter;
    }

    private static <T> TlsOption<T> ofSender(
            String name,
            T usual,
            BiPredicate<TlsSender, T> range,
            Function<TlsSender, T> getter,
            BiConsumer<TlsSender, T> setter) {
        return of(name, usual, range, TlsOption::sender, getter, setter);
    }

    private static <T> TlsOption<T> ofReceiver(
            String name,
            T usual,
            BiPredicate<TlsReceiver, T> range,
            Function<TlsReceiver, T> getter,
            BiConsumer<TlsReceiver, T> setter) {
        return of(name, usual, range, TlsOption::receiver, getter, setter);
    }

    private static <D, T> TlsOption<T> of(
            String name,
            T usual,
            BiPredicate<D, T> range,
            Function<TcpSocket, @Nullable D> direction,
            Function<D, T> getter,
            BiConsumer<D, T> setter) {
        return new TlsOption<>(
                name,
                socket -> {
                    D d = direction.apply(socket);
                    return d == null ? usual : getter.apply(d);
                },
                (socket, value, nowNs) -> {
                    D d = direction.apply(socket);
                    if (d == null) {
                        return SocketError.NOT_CONNECTED;
                    }
                    if (!range.test(d, value)) {
                        return SocketError.INVALID_ARGUMENT;
                    }
                    setter.accept(d, value);
                    return null;
                });
    }

    private static boolean isContentLimit(CipherSuite suite, int octets) {
        return octets >= TrafficKeys.smallestLimit(suite.version()) && octets <= RecordSealer.MAX_CONTENT_BYTES;
    }

    private static @Nullable TlsSender sender(TcpSocket socket) {
        TlsConnection t = TlsConnection.of(socket);
        return t == null ? null : t.sender();
    }

    private static @Nullable TlsReceiver receiver(TcpSocket socket) {
        TlsConnection t = TlsConnection.of(socket);
        return t == null ? null : t.receiver();
    }

    private static TlsInfo info(TcpSocket socket) {
        TlsSender s = sender(socket);
        TlsReceiver r = receiver(socket);
        return new TlsInfo(s == null ? null : s.info(), r == null ? null : r.info());
    }

    private static TrafficKeys secret(TcpSocket socket) {
        throw new UnsupportedOperationException("keys are not told: " + socket);
    }

    private static <T> @Nullable SocketError readOnly(TcpSocket socket, T value, long nowNs) {
        return SocketError.NOT_SUPPORTED;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public @Nullable SocketError set(TcpSocket socket, T value, long nowNs) {
        return setter.set(socket, value, nowNs);
    }

    @Override
    public T of(TcpSocket socket) {
        return getter.apply(socket);
    }

    @Override
    public String toString() {
        return name;
    }
}
