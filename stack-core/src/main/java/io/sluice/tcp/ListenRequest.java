package io.sluice.tcp;

import io.sluice.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A passive OPEN.
 *
 * @param address the local address, or null for any
 * @param ipv4 whether IPv4 connections are taken
 * @param ipv6 whether IPv6 connections are taken
 * @param backlog how many connections may wait to be accepted
 */
public record ListenRequest(@Nullable IpAddress address, int port, boolean ipv4, boolean ipv6, int backlog) {}
