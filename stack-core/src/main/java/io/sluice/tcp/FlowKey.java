package io.sluice.tcp;

import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;

/**
 * The 4-tuple of a connection (RFC 9293 §4, "connection identifier"). IPv4 addresses are held v4-mapped, so that both
 * families compare alike.
 */
public final class FlowKey {
    final long localHi;
    final long localLo;
    final long remoteHi;
    final long remoteLo;
    final int ports;

    public FlowKey(long localHi, long localLo, long remoteHi, long remoteLo, int ports) {
        this.localHi = localHi;
        this.localLo = localLo;
        this.remoteHi = remoteHi;
        this.remoteLo = remoteLo;
        this.ports = ports;
    }

    public static FlowKey of(IpAddress local, int localPort, IpAddress remote, int remotePort) {
        return new FlowKey(
                AddressKey.hi(local),
                AddressKey.lo(local),
                AddressKey.hi(remote),
                AddressKey.lo(remote),
                ports(localPort, remotePort));
    }

    /** Both ports in one number: the remote one in the upper half. */
    public static int ports(int localPort, int remotePort) {
        return remotePort << 16 | localPort;
    }

    public IpAddress local() {
        return AddressKey.toAddress(localHi, localLo);
    }

    public IpAddress remote() {
        return AddressKey.toAddress(remoteHi, remoteLo);
    }

    public int localPort() {
        return ports & 0xFFFF;
    }

    public int remotePort() {
        return ports >>> 16;
    }

    boolean matches(long lHi, long lLo, long rHi, long rLo, int bothPorts) {
        return ports == bothPorts && remoteLo == rLo && localLo == lLo && remoteHi == rHi && localHi == lHi;
    }

    @Override
    public String toString() {
        return local() + ":" + localPort() + "-" + remote() + ":" + remotePort();
    }
}
