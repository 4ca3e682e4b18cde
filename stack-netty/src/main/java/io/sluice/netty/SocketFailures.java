package io.sluice.netty;

import io.sluice.event.SocketError;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Map;

/** {@link SocketError}s as the exceptions that users of the kernel's channels know, with the kernel's words. */
final class SocketFailures {
    private static final Map<SocketError, String> TEXTS = Map.ofEntries(
            Map.entry(SocketError.CONNECTION_REFUSED, "Connection refused"),
            Map.entry(SocketError.CONNECTION_RESET, "Connection reset by peer"),
            Map.entry(SocketError.CONNECTION_ABORTED, "Software caused connection abort"),
            Map.entry(SocketError.TIMED_OUT, "Connection timed out"),
            Map.entry(SocketError.HOST_UNREACHABLE, "No route to host"),
            Map.entry(SocketError.NETWORK_UNREACHABLE, "Network is unreachable"),
            Map.entry(SocketError.PROTOCOL_UNREACHABLE, "Protocol not available"),
            Map.entry(SocketError.ADDRESS_NOT_AVAILABLE, "Cannot assign requested address"),
            Map.entry(SocketError.ADDRESS_IN_USE, "Address already in use"),
            Map.entry(SocketError.BROKEN_PIPE, "Broken pipe"),
            Map.entry(SocketError.MESSAGE_TOO_LONG, "Message too long"),
            Map.entry(SocketError.BAD_MESSAGE, "Bad message"),
            Map.entry(SocketError.PROTOCOL, "Protocol error"),
            Map.entry(SocketError.TRUNCATED, "The stream was cut off"),
            Map.entry(SocketError.NO_BUFFERS, "No buffer space available"),
            Map.entry(SocketError.PERMISSION_DENIED, "Permission denied"),
            Map.entry(SocketError.DESTINATION_REQUIRED, "Destination address required"));

    private SocketFailures() {}

    /** Why a connection attempt failed. */
    static Exception ofConnect(SocketError error) {
        return switch (error) {
            case HOST_UNREACHABLE, NETWORK_UNREACHABLE -> new NoRouteToHostException(text(error));
            case ADDRESS_NOT_AVAILABLE, ADDRESS_IN_USE -> new BindException(text(error));
            case ALREADY_CONNECTED -> new AlreadyConnectedException();
            case ALREADY_IN_PROGRESS -> new ConnectionPendingException();
            case FAMILY_NOT_SUPPORTED -> new UnsupportedAddressTypeException();
            case BAD_DESCRIPTOR -> new ClosedChannelException();
            default -> new ConnectException(text(error));
        };
    }

    /** Why a local address cannot be had. */
    static Exception ofBind(SocketError error) {
        return switch (error) {
            case INVALID_ARGUMENT -> new AlreadyBoundException();
            case FAMILY_NOT_SUPPORTED -> new UnsupportedAddressTypeException();
            case BAD_DESCRIPTOR -> new ClosedChannelException();
            default -> new BindException(text(error));
        };
    }

    /** Why nothing can be read or written. */
    static IOException ofTransfer(SocketError error) {
        return switch (error) {
            case HOST_UNREACHABLE, NETWORK_UNREACHABLE -> new NoRouteToHostException(text(error));
            case BAD_DESCRIPTOR -> new ClosedChannelException();
            default -> new SocketException(text(error));
        };
    }

    /** Why a datagram was not sent, or what came back: RFC 1122 §4.1.3.3. */
    static IOException ofDatagram(SocketError error) {
        return error == SocketError.CONNECTION_REFUSED
                ? new PortUnreachableException("Connection refused")
                : ofTransfer(error);
    }

    /** Why a socket cannot be shut. */
    static Exception ofShutdown(SocketError error) {
        return error == SocketError.NOT_CONNECTED ? new NotYetConnectedException() : ofTransfer(error);
    }

    private static String text(SocketError error) {
        return TEXTS.getOrDefault(error, error.toString());
    }
}
