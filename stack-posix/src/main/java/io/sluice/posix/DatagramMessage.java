package io.sluice.posix;

import io.sluice.api.Endpoint;
import java.util.List;

/**
 * What {@code recvmsg} tells of a datagram beside its octets.
 *
 * @param from whom it came from ({@code msg_name})
 * @param truncated whether there was more of it than room (MSG_TRUNC)
 * @param control its UDP options, in the order of their kinds ({@code msg_control})
 */
public record DatagramMessage(Endpoint from, boolean truncated, List<ControlMessage> control) {
    /** Copies the list. */
    public DatagramMessage {
        control = List.copyOf(control);
    }
}
