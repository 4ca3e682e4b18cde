package io.sluice.packetdrill.run;

import io.sluice.wire.IpAddress;

/**
 * Under which conditions a script runs; the options in its header change a copy of it ({@link ScriptOptions}).
 *
 * @param personality the kernel that the stack under test is to look like
 * @param local the address of the stack under test
 * @param remote the address that injected packets come from
 * @param prefixLength of the local address
 * @param mtu of the link, in octets
 * @param toleranceNs how much earlier or later than written something may happen
 * @param bindPort where {@code bind(3, ..., ...)} binds
 * @param connectPort where {@code connect(3, ..., ...)} connects to
 * @param strictSegments whether outbound data must be cut into segments as written
 * @param syscallErrorsFatal whether a system call with another result ends the run
 */
public record RunConfig(
        Personality personality,
        IpAddress local,
        IpAddress remote,
        int prefixLength,
        int mtu,
        long toleranceNs,
        int bindPort,
        int connectPort,
        boolean strictSegments,
        boolean syscallErrorsFatal) {

    private static final IpAddress LOCAL4 = IpAddress.parse("192.168.0.1");
    private static final IpAddress REMOTE4 = IpAddress.parse("192.0.2.1");
    private static final IpAddress LOCAL6 = IpAddress.parse("fd3d:0a0b:17d6::1");
    private static final IpAddress REMOTE6 = IpAddress.parse("fd3d:fa7b:d17d::1");
    private static final int PREFIX4 = 16;
    private static final int PREFIX6 = 64;
    private static final int MTU = 1500;
    private static final long TOLERANCE_NS = 4_000_000;
    private static final int PORT = 8080;

    /** What a script gets that says nothing: IPv4, 4 ms, port 8080. */
    public static RunConfig of(Personality personality) {
        return new RunConfig(personality, LOCAL4, REMOTE4, PREFIX4, MTU, TOLERANCE_NS, PORT, PORT, false, true);
    }

    /** Whether packets are IPv6. */
    public boolean ipv6() {
        return local.isV6();
    }

    /** With the usual addresses of an IP version. */
    RunConfig ipVersion(boolean ipv6) {
        return addresses(ipv6 ? LOCAL6 : LOCAL4, ipv6 ? REMOTE6 : REMOTE4, ipv6 ? PREFIX6 : PREFIX4);
    }

    RunConfig addresses(IpAddress newLocal, IpAddress newRemote, int newPrefixLength) {
        return new RunConfig(
                personality,
                newLocal,
                newRemote,
                newPrefixLength,
                mtu,
                toleranceNs,
                bindPort,
                connectPort,
                strictSegments,
                syscallErrorsFatal);
    }

    RunConfig mtu(int newMtu) {
        return new RunConfig(
                personality,
                local,
                remote,
                prefixLength,
                newMtu,
                toleranceNs,
                bindPort,
                connectPort,
                strictSegments,
                syscallErrorsFatal);
    }

    RunConfig toleranceNs(long newToleranceNs) {
        return new RunConfig(
                personality,
                local,
                remote,
                prefixLength,
                mtu,
                newToleranceNs,
                bindPort,
                connectPort,
                strictSegments,
                syscallErrorsFatal);
    }

    RunConfig ports(int newBindPort, int newConnectPort) {
        return new RunConfig(
                personality,
                local,
                remote,
                prefixLength,
                mtu,
                toleranceNs,
                newBindPort,
                newConnectPort,
                strictSegments,
                syscallErrorsFatal);
    }

    RunConfig strictness(boolean newStrictSegments, boolean newSyscallErrorsFatal) {
        return new RunConfig(
                personality,
                local,
                remote,
                prefixLength,
                mtu,
                toleranceNs,
                bindPort,
                connectPort,
                newStrictSegments,
                newSyscallErrorsFatal);
    }
}
