package io.sluice.api;

import io.sluice.event.SocketError;
import org.jspecify.annotations.Nullable;

/**
 * A socket option that another module gives sockets, such as TLS_TX: {@link TcpSocket#set(ExtensionOption, Object, long)}
 * takes it.
 *
 * @param <T> the value's type
 */
public interface ExtensionOption<T> {
    /** The name as kernels have it. */
    String name();

    /** Sets the value; null, or why not. */
    @Nullable SocketError set(TcpSocket socket, T value, long nowNs);

    /** The value. */
    T of(TcpSocket socket);
}
