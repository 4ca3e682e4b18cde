package io.sluice.udp;

import io.netty.buffer.ByteBuf;
import io.sluice.ip.Interface;
import io.sluice.ip.IpDatagram;
import io.sluice.link.PacketMeta;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A received datagram with all that is known about it; reused: {@link UdpEndpoint#receive} fills it in. Who received it
 * owns its payload, and either takes that ({@link #takePayload}) or lets go of it ({@link #release}).
 */
public final class UdpDatagram {
    private @Nullable ByteBuf payload;
    private @Nullable Interface receivedOn;
    private long sourceHi;
    private long sourceLo;
    private long destinationHi;
    private long destinationLo;
    private int sourcePort;
    private int hopLimit;
    private int trafficClass;
    private long receiveTimestampNs = PacketMeta.NO_TIMESTAMP;
    private long hardwareTimestampNs = PacketMeta.NO_TIMESTAMP;
    private @Nullable ReceivedOptions options;
    /** What the payload was charged at. */
    int chargedBytes;

    /** Fills in everything but the payload. */
    void describe(IpDatagram d, int newSourcePort) {
        receivedOn = d.receivedOn();
        sourceHi = d.sourceHi();
        sourceLo = d.sourceLo();
        destinationHi = d.destinationHi();
        destinationLo = d.destinationLo();
        sourcePort = newSourcePort;
        hopLimit = d.hopLimit();
        trafficClass = d.trafficClass();
        receiveTimestampNs = d.meta().receiveTimestampNs();
        hardwareTimestampNs = d.meta().hardwareTimestampNs();
    }

    void payload(ByteBuf newPayload) {
        payload = newPayload;
    }

    void options(@Nullable ReceivedOptions newOptions) {
        options = newOptions;
    }

    /** Moves everything from {@code other}, which is empty then. */
    void moveFrom(UdpDatagram other) {
        release();
        describe(other);
        payload = other.payload;
        other.payload = null;
        other.options = null;
        other.receivedOn = null;
    }

    /** Copies everything from {@code other}; the payload is shared. */
    void copyFrom(UdpDatagram other) {
        ByteBuf shared = other.payload == null ? null : other.payload.retainedSlice();
        release();
        describe(other);
        payload = shared;
    }

    private void describe(UdpDatagram other) {
        receivedOn = other.receivedOn;
        sourceHi = other.sourceHi;
        sourceLo = other.sourceLo;
        destinationHi = other.destinationHi;
        destinationLo = other.destinationLo;
        sourcePort = other.sourcePort;
        hopLimit = other.hopLimit;
        trafficClass = other.trafficClass;
        receiveTimestampNs = other.receiveTimestampNs;
        hardwareTimestampNs = other.hardwareTimestampNs;
        options = other.options;
    }

    /** The payload, still owned by this datagram; null if it was taken or there never was one. */
    public @Nullable ByteBuf payload() {
        return payload;
    }

    /** The payload, which is the caller's from now on. */
    public @Nullable ByteBuf takePayload() {
        ByteBuf taken = payload;
        payload = null;
        return taken;
    }

    /** Lets go of the payload, if it was not taken. */
    public void release() {
        if (payload != null) {
            payload.release();
            payload = null;
        }
    }

    /** What was behind the user data, if the socket processes UDP options (RFC 9868); null if there was nothing. */
    public @Nullable ReceivedOptions options() {
        return options;
    }

    /** The sender: allocates. An IPv4 address also on an IPv6 socket. */
    public IpAddress source() {
        return AddressKey.toAddress(sourceHi, sourceLo);
    }

    /** The address it was sent to (RFC 1122 §4.1.3.5): allocates. */
    public IpAddress destination() {
        return AddressKey.toAddress(destinationHi, destinationLo);
    }

    /** The sender as a key ({@link AddressKey}). */
    public long sourceHi() {
        return sourceHi;
    }

    public long sourceLo() {
        return sourceLo;
    }

    public long destinationHi() {
        return destinationHi;
    }

    public long destinationLo() {
        return destinationLo;
    }

    /** 0..65535; 0 means that the sender wants no answer (RFC 768). */
    public int sourcePort() {
        return sourcePort;
    }

    /** TTL or Hop Limit on arrival. */
    public int hopLimit() {
        return hopLimit;
    }

    /** DSCP and ECN as they arrived. */
    public int trafficClass() {
        return trafficClass;
    }

    /** The interface it came in on; null if nothing was received yet. */
    public @Nullable Interface receivedOn() {
        return receivedOn;
    }

    /** When software saw it, on the host's clock, or {@link PacketMeta#NO_TIMESTAMP}. */
    public long receiveTimestampNs() {
        return receiveTimestampNs;
    }

    /** When the device saw it, on the device's clock, or {@link PacketMeta#NO_TIMESTAMP}. */
    public long hardwareTimestampNs() {
        return hardwareTimestampNs;
    }
}
