package io.sluice.host;

import io.sluice.event.SocketError;
import io.sluice.tcp.TcpConnection;
import org.jspecify.annotations.Nullable;

/** A connection that is being opened, or why there is none: exactly one of the two. */
public record ConnectResult(@Nullable TcpConnection connection, @Nullable SocketError error) {}
