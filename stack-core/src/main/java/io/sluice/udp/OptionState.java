package io.sluice.udp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.event.Counter;
import io.sluice.event.SocketError;
import io.sluice.icmp.IcmpError;
import io.sluice.icmp.IcmpErrorKind;
import io.sluice.ip.IpDatagram;
import io.sluice.link.Path;
import io.sluice.udp.DatagramOptions.Fragments;
import io.sluice.udp.OptionOutput.Own;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import io.sluice.wire.UdpHeader;
import io.sluice.wire.UdpOptionKind;
import io.sluice.wire.UdpOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one socket knows because of UDP options: there only once it has to do with them. */
final class OptionState {
    /** Kind and length of REQ, which follows the option checksum in probes. */
    private static final int REQUEST_HEAD = UdpOptionKind.REQ << 8 | UdpOptions.ECHO_LENGTH;

    private final UdpLayer udp;
    private final UdpEndpoint endpoint;
    private @Nullable FragmentReassembly reassembly;
    private @Nullable ProbeAnswers answers;
    private @Nullable Dplpmtud search;
    /** MRDS of the peer of a connected socket (RFC 9868 §20: cached for a pair of sockets). */
    private int peerMaxBytes;

    private int peerMaxSegments;

    OptionState(UdpLayer udp, UdpEndpoint endpoint) {
        this.udp = udp;
        this.endpoint = endpoint;
    }

    FragmentReassembly reassembly() {
        FragmentReassembly r = reassembly;
        if (r == null) {
            r = new FragmentReassembly(udp, endpoint.options());
            reassembly = r;
        }
        return r;
    }

    /** The largest datagram, with UDP header and options, that the peer is sure to put together (§11.6). */
    private int peerMaxBytes(DatagramOptions o, boolean ipv6) {
        int least = ipv6 ? FragmentLimits.MIN_REASSEMBLED6 : FragmentLimits.MIN_REASSEMBLED4;
        int set = endpoint.options().peerMaxReassembledBytes;
        return set != 0 ? set : Math.max(Math.max(peerMaxBytes, o.peerMaxBytes()), least);
    }

    /** From how many fragments. */
    private int peerMaxSegments(DatagramOptions o) {
        int set = endpoint.options().peerMaxReassembledSegments;
        return set != 0 ? set : Math.max(Math.max(peerMaxSegments, o.peerMaxSegments()), FragmentLimits.MIN_SEGMENTS);
    }

    @Nullable Dplpmtud search() {
        return search;
    }

    void start(Path path, DplpmtudConfig config, long nowNs) {
        stop();
        Dplpmtud d = new Dplpmtud(this, path, config, udp.wheel, udp.random);
        search = d;
        d.start(nowNs);
    }

    /** Ends the search: the socket talks to somebody else now, or does not want to know. */
    void stop() {
        if (search != null) {
            search.stop();
            search = null;
        }
        peerMaxBytes = 0;
        peerMaxSegments = 0;
    }

    /** An empty datagram of {@code size} octets with its IP header (RFC 9869 §4.4); not fragmented in any way. */
    void sendProbe(Path path, int size, int token, long nowNs) {
        DatagramOptions options = DatagramOptions.builder()
                .request(token)
                .minLengthBytes(size - path.headerLength())
                .build();
        if (sendEmpty(path, endpoint.remotePort(), options, size)) {
            udp.counters.increment(Counter.UDP_PROBES_OUT);
        }
    }

    /**
     * Options of a received datagram; returns whether the datagram is for this layer alone: a probe, or an answer, without
     * user data.
     */
    boolean onOptions(IpDatagram d, int sourcePort, DatagramOptions options, int userLength, long nowNs) {
        Dplpmtud s = search;
        if (endpoint.isConnected() && options.maxReassembledSize() != DatagramOptions.ABSENT) {
            peerMaxBytes = options.maxReassembledSize();
            peerMaxSegments = options.maxReassembledSegments();
        }
        if (s != null && options.maxDatagramSize() != DatagramOptions.ABSENT) {
            s.onHint(options.maxDatagramSize());
        }
        boolean mine = false;
        if (s != null && options.hasResponse()) {
            s.onResponse(options.response(), nowNs);
            mine = true;
        }
        // RFC 9869 §3: no answer unless that was enabled
        if (options.hasRequest() && (endpoint.options().answerProbes || s != null)) {
            answer(d, sourcePort, options.request(), nowNs);
            mine = true;
        }
        return mine && userLength == 0;
    }

    private void answer(IpDatagram d, int sourcePort, int token, long nowNs) {
        ProbeAnswers a = answers;
        if (a == null) {
            a = new ProbeAnswers();
            answers = a;
        }
        if (d.destinationKind() != IpDatagram.Destination.UNICAST
                || !a.onRequest(d.sourceHi(), d.sourceLo(), sourcePort, token, nowNs)) {
            return;
        }
        Path back = udp.ip.paths().find(d.destination(), d.source(), nowNs);
        DatagramOptions options = DatagramOptions.builder().response(token).build();
        if (back != null && sourcePort != 0 && sendEmpty(back, sourcePort, options, 0)) {
            udp.counters.increment(Counter.UDP_PROBES_ANSWERED);
        }
    }

    /** The options that a datagram is sent with: what is wanted, and an answer that the peer waits for. */
    DatagramOptions completed(DatagramOptions wanted, IpAddress to, int port) {
        ProbeAnswers a = answers;
        long hi = AddressKey.hi(to);
        long lo = AddressKey.lo(to);
        return a == null || wanted.hasResponse() || !a.isOwed(hi, lo, port)
                ? wanted
                : wanted.withResponse(a.take(hi, lo, port));
    }

    /** An ICMP error about a datagram of this socket: if it quotes a probe, that is seen by its token (RFC 9869 §5.2). */
    void onError(IcmpError error, long nowNs) {
        if (search != null
                && error.kind() == IcmpErrorKind.PACKET_TOO_BIG
                && error.hasInner()
                && (error.innerFirstWord() & 0xFFFF) == REQUEST_HEAD) {
            search.onPacketTooBig(error.innerSecondWord(), error.mtu(), nowNs);
        }
    }

    /** What the search found for this way; 0 if it is about another, or there is none. */
    int mtu(Path way) {
        Dplpmtud s = search;
        return s != null
                        && way.link() == s.path().link()
                        && way.remote().equals(s.path().remote())
                        && way.local().equals(s.path().local())
                ? s.plpmtu()
                : 0;
    }

    /** What the search found for this way, or what IP knows of it. */
    int mtuOrKnown(Path way, long nowNs) {
        int found = mtu(way);
        return found != 0 ? found : udp.ip.mtus().mtu(way.remote(), way.linkMtu(), nowNs);
    }

    private boolean sendEmpty(Path way, int port, DatagramOptions o, int mtu) {
        Outgoing out = endpoint.outgoing(way, port, SendOptions.NONE);
        int surplus = OptionOutput.surplusLength(o, 0);
        if (mtu != 0) {
            out.mtu = mtu;
            out.dontFragment = true; // RFC 8899 §3
        }
        return enqueue(out, Unpooled.EMPTY_BUFFER, o, surplus);
    }

    private boolean enqueue(Outgoing out, ByteBuf payload, DatagramOptions o, int surplus) {
        Path way = out.path;
        int length = payload.readableBytes() + surplus;
        if (way == null || !endpoint.sendQueue().reserve(UdpReceiveQueue.OVERHEAD_BYTES + length)) {
            out.release();
            udp.giveBack(out);
            return false;
        }
        Own own = Own.of(way, endpoint.options(), out.checksum);
        out.userLength = payload.readableBytes();
        endpoint.sendQueue().addReserved(out, udp.optionOutput.datagram(payload, o, surplus, own));
        udp.ring.add(endpoint);
        return true;
    }

    /** Accepts a datagram with options: see {@link UdpEndpoint#send(ByteBuf, IpAddress, int, SendOptions, long)}. */
    @Nullable SocketError send(ByteBuf payload, Outgoing out, DatagramOptions o, long nowNs) {
        Path way = Objects.requireNonNull(out.path);
        way.mtu(mtuOrKnown(way, nowNs));
        int surplus = OptionOutput.surplusLength(o, payload.readableBytes());
        int length = payload.readableBytes() + surplus;
        int room = way.maxPayload();
        boolean cut = o.fragments() == Fragments.ALWAYS
                || (o.fragments() == Fragments.WHERE_NEEDED && UdpHeader.LENGTH + length > room);
        if (cut) {
            return sendFragments(payload, out, o, surplus);
        }
        SocketError refusal = endpoint.isTooLong(length, way) ? SocketError.MESSAGE_TOO_LONG : null;
        if (refusal != null) {
            out.release();
            udp.giveBack(out);
        } else if (!enqueue(out, payload, o, surplus)) {
            refusal = SocketError.WOULD_BLOCK;
        } else {
            payload.release();
        }
        return refusal;
    }

    private @Nullable SocketError sendFragments(ByteBuf payload, Outgoing first, DatagramOptions o, int surplus) {
        Path way = Objects.requireNonNull(first.path);
        int length = payload.readableBytes() + surplus;
        int size = o.maxFragmentBytes() == 0 ? way.maxPayload() : Math.min(o.maxFragmentBytes(), way.maxPayload());
        int count = OptionOutput.fragmentCount(length, o.perFragment(), size);
        SocketError refusal = null;
        if (count == 0 || count > peerMaxSegments(o) || UdpHeader.LENGTH + length > peerMaxBytes(o, way.ipv6())) {
            refusal = SocketError.MESSAGE_TOO_LONG; // RFC 9868 §11.6: the peer need not put more together
        } else if (!endpoint.sendQueue().reserve(count * (UdpReceiveQueue.OVERHEAD_BYTES + size))) {
            refusal = SocketError.WOULD_BLOCK;
        }
        if (refusal != null) {
            first.release();
            udp.giveBack(first);
            return refusal;
        }
        Own own = Own.of(way, endpoint.options(), first.checksum);
        int id = udp.ip.fragmentIds().next(way.local(), way.remote());
        for (ByteBuf fragment : udp.optionOutput.fragments(payload, o, surplus, own, size, id)) {
            Outgoing out = udp.takeOutgoing();
            out.copyFrom(first);
            out.userLength = 0;
            endpoint.sendQueue().addReserved(out, fragment);
            udp.counters.increment(Counter.UDP_FRAGMENTS_OUT);
        }
        first.release();
        udp.giveBack(first);
        payload.release();
        udp.ring.add(endpoint);
        return null;
    }

    void close() {
        stop();
        if (reassembly != null) {
            reassembly.close();
        }
    }
}
