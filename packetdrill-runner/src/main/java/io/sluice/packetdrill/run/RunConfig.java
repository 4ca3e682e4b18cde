package io.sluice.packetdrill.run;

import io.sluice.tcp.authentication.AuthenticationAlgorithm;
import io.sluice.wire.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * Under which conditions a script runs; the options in its header change a copy of it ({@link ScriptOptions}).
 *
 * @param personality the kernel that the stack under test is to look like
 * @param network the link and the addresses at its ends
 * @param timing how exact times have to be
 * @param ports where sockets are bound and connected to
 * @param strictness what counts as a failure
 * @param secrets what valid signatures are made with
 */
public record RunConfig(
        Personality personality, Network network, Timing timing, Ports ports, Strictness strictness, Secrets secrets) {

    private static final IpAddress LOCAL4 = IpAddress.parse("192.168.0.1");
    private static final IpAddress REMOTE4 = IpAddress.parse("192.0.2.1");
    private static final IpAddress LOCAL6 = IpAddress.parse("fd3d:0a0b:17d6::1");
    private static final IpAddress REMOTE6 = IpAddress.parse("fd3d:fa7b:d17d::1");
    private static final int PREFIX4 = 16;
    private static final int PREFIX6 = 64;
    private static final int MTU = 1500;
    private static final long TOLERANCE_NS = 4_000_000;
    private static final int PORT = 8080;

    /**
     * The link and the addresses at its ends.
     *
     * @param local the address of the stack under test
     * @param remote the address that injected packets come from
     * @param prefixLength of the local address
     * @param mtu of the link, in octets
     * @param ipv6Sockets whether a socket of an unspecified family is an IPv6 one: with IPv4 addresses it uses IPv4-mapped
     *     ones (RFC 4291 §2.5.5.2)
     * @param mergedMss the payload of the segments that a device is to have merged larger ones of; 0 if it merges none
     * @param link what the packets are carried in
     */
    public record Network(
            IpAddress local,
            IpAddress remote,
            int prefixLength,
            int mtu,
            boolean ipv6Sockets,
            int mergedMss,
            LinkKind link) {}

    /**
     * How exact times have to be.
     *
     * @param toleranceNs how much earlier or later than written something may happen
     * @param timestampTickNs what one tick of the stack's TCP timestamps stands for; 0 leaves their values unchecked
     * @param tolerancePercent the same as a part of the wait, where that is more
     */
    public record Timing(long toleranceNs, long timestampTickNs, double tolerancePercent) {
        private static final double PERCENT = 100;

        /** The tolerance for what happens after a wait of {@code waitNs}. */
        long toleranceNs(long waitNs) {
            return Math.max(toleranceNs, (long) (tolerancePercent / PERCENT * Math.max(0, waitNs)));
        }
    }

    /**
     * Where sockets are bound and connected to.
     *
     * @param bind where {@code bind(3, ..., ...)} binds
     * @param connect where {@code connect(3, ..., ...)} connects to
     */
    public record Ports(int bind, int connect) {}

    /**
     * What counts as a failure.
     *
     * @param segments whether outbound data must be cut into segments as written
     * @param syscallErrors whether a system call with another result ends the run
     * @param unmentionedPackets whether packets after the last one that the script expects do, if others are injected
     *     after them
     */
    public record Strictness(boolean segments, boolean syscallErrors, boolean unmentionedPackets) {}

    /**
     * What valid signatures are made with.
     *
     * @param md5 the secret of TCP MD5 (RFC 2385)
     * @param ao the keys of TCP-AO (RFC 5925)
     */
    public record Secrets(Optional<String> md5, List<AoSecret> ao) {
        /** Copies the list. */
        public Secrets {
            ao = List.copyOf(ao);
        }
    }

    /**
     * A key of TCP-AO.
     *
     * @param id the KeyID of segments that it signs, in either direction
     * @param algorithm the algorithm
     * @param options whether it covers the other options
     * @param secret the master key
     */
    public record AoSecret(int id, AuthenticationAlgorithm algorithm, boolean options, String secret) {}

    /** What a script gets that says nothing: IPv4, 4 ms, port 8080. */
    public static RunConfig of(Personality personality) {
        return new RunConfig(
                personality,
                new Network(LOCAL4, REMOTE4, PREFIX4, MTU, false, 0, LinkKind.IP),
                new Timing(TOLERANCE_NS, personality.dialect().timestampTickNs(), 0),
                new Ports(PORT, PORT),
                new Strictness(false, true, personality.dialect().unmentionedPacketsFail()),
                new Secrets(Optional.empty(), List.of()));
    }

    public IpAddress local() {
        return network.local();
    }

    public IpAddress remote() {
        return network.remote();
    }

    public int prefixLength() {
        return network.prefixLength();
    }

    public int mtu() {
        return network.mtu();
    }

    public long toleranceNs() {
        return timing.toleranceNs();
    }

    public int bindPort() {
        return ports.bind();
    }

    public int connectPort() {
        return ports.connect();
    }

    public boolean strictSegments() {
        return strictness.segments();
    }

    public boolean syscallErrorsFatal() {
        return strictness.syscallErrors();
    }

    /** Whether packets are IPv6. */
    public boolean ipv6() {
        return network.local().isV6();
    }

    /** Whether a socket of an unspecified family is an IPv6 one. */
    public boolean ipv6Sockets() {
        return network.ipv6Sockets();
    }

    /** With the usual addresses of an IP version. */
    RunConfig ipVersion(boolean ipv6, boolean ipv6Sockets) {
        return network(new Network(
                ipv6 ? LOCAL6 : LOCAL4,
                ipv6 ? REMOTE6 : REMOTE4,
                ipv6 ? PREFIX6 : PREFIX4,
                mtu(),
                ipv6Sockets,
                network.mergedMss(),
                network.link()));
    }

    /** With the other IP version, and the link that its scripts are written for. */
    RunConfig otherVersion() {
        return ipVersion(!ipv6(), !ipv6()).mtu(MTU);
    }

    RunConfig network(Network changed) {
        return new RunConfig(personality, changed, timing, ports, strictness, secrets);
    }

    RunConfig addresses(IpAddress newLocal, IpAddress newRemote, int newPrefixLength) {
        return network(new Network(
                newLocal, newRemote, newPrefixLength, mtu(), ipv6Sockets(), network.mergedMss(), network.link()));
    }

    RunConfig mtu(int newMtu) {
        return network(new Network(
                local(), remote(), prefixLength(), newMtu, ipv6Sockets(), network.mergedMss(), network.link()));
    }

    RunConfig mergedMss(int mss) {
        return network(new Network(local(), remote(), prefixLength(), mtu(), ipv6Sockets(), mss, network.link()));
    }

    /** With packets carried so. */
    public RunConfig link(LinkKind link) {
        return network(new Network(local(), remote(), prefixLength(), mtu(), ipv6Sockets(), network.mergedMss(), link));
    }

    /** With a tolerance of so much, where scripts say nothing else. */
    public RunConfig tolerance(long newToleranceNs) {
        return timing(new Timing(newToleranceNs, timing.timestampTickNs(), timing.tolerancePercent()));
    }

    RunConfig timing(Timing changed) {
        return new RunConfig(personality, network, changed, ports, strictness, secrets);
    }

    /** With sockets bound and connected elsewhere. */
    public RunConfig ports(Ports changed) {
        return new RunConfig(personality, network, timing, changed, strictness, secrets);
    }

    RunConfig strictness(Strictness changed) {
        return new RunConfig(personality, network, timing, ports, changed, secrets);
    }

    RunConfig secrets(Secrets changed) {
        return new RunConfig(personality, network, timing, ports, strictness, changed);
    }
}
