package io.sluice.posix;

import io.sluice.api.Endpoint;
import io.sluice.tcp.TcpState;
import org.jspecify.annotations.Nullable;

/**
 * A line of what tools that list sockets show.
 *
 * @param fd the file descriptor
 * @param state the state of the connection
 * @param local the local address; unspecified if there is none
 * @param remote the peer, or null if there is none
 */
public record OpenSocket(int fd, TcpState state, Endpoint local, @Nullable Endpoint remote) {}
