package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.SourcePosition;
import io.sluice.packetdrill.language.TcpOption;
import io.sluice.tcp.authentication.KeyedMac;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.SegmentMac;
import io.sluice.tcp.authentication.SequenceExtension;
import io.sluice.tcp.authentication.TrafficKeyContext;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.TcpOptionKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

/** What a script calls a {@code valid} signature: of TCP MD5 (RFC 2385), or of TCP-AO (RFC 5925), with the keys of its header. */
final class SegmentSigner {
    static final int MD5_OCTETS = 16;

    private final RunConfig.Secrets secrets;

    SegmentSigner(RunConfig.Secrets secrets) {
        this.secrets = secrets;
    }

    /** Octets of the code of a {@code valid} TCP-AO. */
    int macLength(TcpOption.Authentication ao) throws RunFailure {
        return key(ao.position(), ao.keyId()).algorithm().macLength();
    }

    /**
     * Puts the right signatures where {@code options} say that they are valid.
     *
     * @param packet a whole IP packet, but for checksums
     * @param tcp the index of its TCP header
     * @param target where the signatures go
     * @param targetOptions where the options begin there
     * @param flow its flow, and which way it goes
     */
    void sign(
            List<TcpOption> options,
            ByteBuffer packet,
            int tcp,
            ByteBuffer target,
            int targetOptions,
            FlowOfPacket flow)
            throws RunFailure {
        for (TcpOption option : options) {
            int kind = option instanceof TcpOption.Md5Signature ? TcpOptionKind.MD5 : TcpOptionKind.AO;
            int at = position(target, targetOptions, kind);
            boolean there =
                    at >= 0 && position(packet, tcp + TcpHeader.MIN_LENGTH, kind) == at - targetOptions + tcp + 20;
            if (option instanceof TcpOption.Md5Signature md5 && md5.digest().isEmpty() && there) {
                target.put(at + 2, md5(md5.position(), packet, tcp));
            } else if (option instanceof TcpOption.Authentication ao && ao.mac().isEmpty() && there) {
                target.put(at + SegmentMac.OPTION_HEAD, ao(ao, packet, tcp, flow));
            }
        }
    }

    /**
     * A segment's flow, and which way it goes.
     *
     * @param flow the flow
     * @param inbound whether it goes to the stack under test
     */
    record FlowOfPacket(FlowUnderTest flow, boolean inbound) {}

    private static int position(ByteBuffer b, int options, int kind) {
        int at = options;
        while (at < b.limit() && b.get(at) != kind) {
            boolean single = b.get(at) == TcpOptionKind.EOL || b.get(at) == TcpOptionKind.NOP;
            at += single || at + 1 == b.limit() ? 1 : Math.max(1, b.get(at + 1) & 0xFF);
        }
        return at < b.limit() ? at : -1;
    }

    private byte[] md5(SourcePosition at, ByteBuffer packet, int tcp) throws RunFailure {
        if (secrets.md5().isEmpty()) {
            throw new RunFailure(at, "a valid signature needs --tcp_md5_secret=SECRET");
        }
        int length = packet.limit() - tcp;
        ByteBuffer covered = ByteBuffer.allocate(40 + TcpHeader.MIN_LENGTH);
        addresses(covered, packet);
        if (isV6(packet)) {
            covered.putInt(length).putInt(IpProtocol.TCP);
        } else {
            covered.putShort((short) IpProtocol.TCP).putShort((short) length);
        }
        int header = covered.position();
        covered.put(octets(packet, tcp, TcpHeader.MIN_LENGTH)).putShort(header + TcpHeader.CHECKSUM_OFFSET, (short) 0);
        int data = tcp + headerLength(packet, tcp);
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(covered.flip());
            digest.update(octets(packet, data, packet.limit() - data));
            return digest.digest(secrets.md5().get().getBytes(StandardCharsets.ISO_8859_1));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private RunConfig.AoSecret key(SourcePosition at, int keyId) throws RunFailure {
        for (RunConfig.AoSecret key : secrets.ao()) {
            if (key.id() == keyId) {
                return key;
            }
        }
        throw new RunFailure(at, "a valid TCP-AO needs --tcp_ao_key=" + keyId + ":SECRET");
    }

    /** Both ISNs, from the side of the segment's sender; a SYN without ACK knows only its own (RFC 5925 §5.2). */
    private byte[] ao(TcpOption.Authentication option, ByteBuffer packet, int tcp, FlowOfPacket of) throws RunFailure {
        RunConfig.AoSecret secret = key(option.position(), option.keyId());
        boolean syn = (packet.get(tcp + 13) & TcpHeader.SYN) != 0;
        boolean first = syn && (packet.get(tcp + 13) & TcpHeader.ACK) == 0;
        int seq = packet.getInt(tcp + 4);
        int sourceIsn = syn ? seq : of.inbound ? of.flow.remoteIsn() : of.flow.liveIsn();
        int destinationIsn = first ? 0 : of.inbound ? of.flow.liveIsn() : of.flow.remoteIsn();
        IpAddress source = address(packet, true);
        IpAddress destination = address(packet, false);
        byte[] context = TrafficKeyContext.of(
                source, packet.getShort(tcp), sourceIsn, destination, packet.getShort(tcp + 2), destinationIsn);
        int header = headerLength(packet, tcp);
        int at = position(packet, tcp + TcpHeader.MIN_LENGTH, TcpOptionKind.AO);
        try (MasterKey master = new MasterKey(secret.secret().getBytes(StandardCharsets.ISO_8859_1));
                KeyedMac mac = secret.algorithm().trafficKey(master, context)) {
            int data = packet.limit() - tcp - header;
            new SegmentMac()
                    .at(tcp, header, at, data)
                    .begin(
                            mac,
                            new SequenceExtension(sourceIsn).of(seq),
                            source,
                            destination,
                            packet,
                            new SegmentMac.Coverage(secret.options(), true, true));
            mac.update(octets(packet, tcp + header, data));
            byte[] code = new byte[mac.length()];
            mac.finish(code);
            return Arrays.copyOf(code, secret.algorithm().macLength());
        }
    }

    private static boolean isV6(ByteBuffer packet) {
        return (packet.get(0) & 0xFF) >>> 4 == 6;
    }

    private static int headerLength(ByteBuffer packet, int tcp) {
        return (packet.get(tcp + 12) >>> 4 & 0xF) * 4;
    }

    private static void addresses(ByteBuffer target, ByteBuffer packet) {
        target.put(isV6(packet) ? octets(packet, 8, 32) : octets(packet, 12, 8));
    }

    private static IpAddress address(ByteBuffer packet, boolean source) {
        if (isV6(packet)) {
            int at = source ? 8 : 24;
            return IpAddress.ofV6(packet.getLong(at), packet.getLong(at + 8));
        }
        return IpAddress.ofV4(packet.getInt(source ? 12 : 16));
    }

    private static ByteBuffer octets(ByteBuffer packet, int at, int length) {
        return packet.slice(at, length);
    }
}
