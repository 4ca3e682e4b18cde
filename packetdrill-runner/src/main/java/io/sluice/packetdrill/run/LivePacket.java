package io.sluice.packetdrill.run;

import java.nio.ByteBuffer;

/**
 * A TCP segment as it came from the stack under test.
 *
 * @param atNs when, in nanoseconds since the start of the script
 * @param ip what its IP header says
 * @param localPort source port
 * @param remotePort destination port
 * @param sequence sequence number
 * @param acknowledgment acknowledgment number
 * @param flags the control bits, in their places
 * @param window the window field
 * @param urgentPointer the urgent pointer
 * @param options the octets of the options, to be read at absolute positions only
 * @param payloadBytes the length of the payload
 * @param diagnostics the payload of a RST if it has 8 octets, else 0
 * @param udpPorts the ports of the UDP datagram around it, the source in the upper half; 0 without
 * @param whole the packet that it came in, to be read at absolute positions only
 * @param headerOffset where the TCP header begins in it
 */
record LivePacket(
        long atNs,
        LiveIp ip,
        int localPort,
        int remotePort,
        int sequence,
        int acknowledgment,
        int flags,
        int window,
        int urgentPointer,
        ByteBuffer options,
        int payloadBytes,
        long diagnostics,
        int udpPorts,
        ByteBuffer whole,
        int headerOffset) {

    /** The UDP port it came from; only with a datagram around it. */
    int udpSource() {
        return udpPorts >>> 16;
    }

    /** The UDP port it goes to; only with a datagram around it. */
    int udpDestination() {
        return udpPorts & 0xFFFF;
    }

    /** Whether it travels in a UDP datagram. */
    boolean isInUdp() {
        return udpPorts != 0;
    }

    /** The first {@code bytes} of this segment's payload, without the flags that mark its end. */
    LivePacket head(int bytes, int endFlags) {
        return with(sequence, flags & ~endFlags, bytes);
    }

    /** What is left behind the first {@code bytes}. */
    LivePacket tail(int bytes) {
        return with(sequence + bytes, flags, payloadBytes - bytes);
    }

    /** This segment with the payload of the one that follows it, whose flags are those of the end. */
    LivePacket joined(LivePacket next, int endFlags) {
        return with(sequence, (flags & ~endFlags) | next.flags, payloadBytes + next.payloadBytes);
    }

    /** This segment with fields of the IP header. */
    LivePacket onIp(LiveIp newIp) {
        return new LivePacket(
                atNs,
                newIp,
                localPort,
                remotePort,
                sequence,
                acknowledgment,
                flags,
                window,
                urgentPointer,
                options,
                payloadBytes,
                diagnostics,
                udpPorts,
                whole,
                headerOffset);
    }

    private LivePacket with(int newSequence, int newFlags, int newPayloadBytes) {
        return new LivePacket(
                atNs,
                ip,
                localPort,
                remotePort,
                newSequence,
                acknowledgment,
                newFlags,
                window,
                urgentPointer,
                options,
                newPayloadBytes,
                diagnostics,
                udpPorts,
                whole,
                headerOffset);
    }
}
