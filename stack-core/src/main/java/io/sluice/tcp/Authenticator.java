package io.sluice.tcp;

import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.tcp.authentication.KeyedMac;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.tcp.authentication.SegmentMac;
import io.sluice.wire.TcpOptions;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who has to sign what: finds the {@link Signature} of segments and flows, and has received segments judged before anything of
 * them but addresses and ports is looked at (RFC 5925 §7.3, §7.5; RFC 2385 §2.0).
 */
final class Authenticator {
    /** The host's own keys. */
    final Authentication hostKeys = new Authentication();

    final SegmentMac mac = new SegmentMac();
    final Md5Digest md5 = new Md5Digest();

    private final Knobs knobs;
    private final Counters hostCounters;
    private byte[] computed = new byte[64];
    private final byte[] carried = new byte[MasterKeyTuple.MAX_MAC_LENGTH];

    Authenticator(Knobs knobs, Counters hostCounters) {
        this.knobs = knobs;
        this.hostCounters = hostCounters;
    }

    /** What segments of a flow are signed with, or null. */
    static @Nullable Signature of(Flow flow) {
        if (flow instanceof TcpConnection c) {
            Occasional o = c.occasional;
            return o == null ? null : o.signature;
        }
        return flow instanceof HalfOpen h ? h.signature() : flow instanceof TimeWait t ? t.signature : null;
    }

    /** Has a connection signed from now on, unless {@code s} is null. */
    static void attach(TcpConnection c, @Nullable Signature s) {
        if (s != null) {
            c.ownOccasional().signature = s;
            c.tcb.authenticationLength = (byte) s.optionLength();
        }
    }

    /** The connection is over, or somebody else signs for it. */
    static void detach(TcpConnection c) {
        Occasional o = c.occasional;
        if (o != null) {
            o.signature = null;
            c.tcb.authenticationLength = 0;
        }
    }

    /** Wipes what may be null. */
    static void close(@Nullable Signature s) {
        if (s != null) {
            s.close();
        }
    }

    /** The code of what was fed, until the next. */
    byte[] finish(KeyedMac key) {
        if (computed.length < key.length()) {
            computed = new byte[key.length()];
        }
        key.finish(computed);
        return computed;
    }

    /** Whether the segment carries the code that {@code with} makes; takes as long whatever it carries. */
    boolean matches(Segment seg, AoKey key, KeyedMac with, int sne, AoSignature of) {
        mac.at(seg.headerOffset, seg.headerLength(), seg.options.aoOffset(), seg.payloadLength)
                .begin(with, sne, of.peer, of.own, seg.header, key.receiveCoverage);
        with.update(seg.packet.internalNioBuffer(seg.payloadIndex, seg.payloadLength));
        byte[] code = finish(with);
        int length = key.tuple.macLength();
        seg.header.get(seg.options.aoMacOffset(), carried, 0, length);
        return equal(code, carried, length);
    }

    /** As {@link MessageDigest#isEqual}, of the first octets. */
    private static boolean equal(byte[] a, byte[] b, int length) {
        int different = 0;
        for (int i = 0; i < length; i++) {
            different |= a[i] ^ b[i];
        }
        return different == 0;
    }

    /** A segment with TCP-AO was authentic. */
    void onAuthentic() {
        hostCounters.increment(Counter.TCP_AO_GOOD);
    }

    /** A connection is opened: it takes the keys that are for it, and those of its socket are wiped. */
    void takeKeys(TcpConnection c) {
        attach(c, forOpen(c.options, c.key()));
        c.options.wipeKeys();
    }

    /** Whether a connection may be opened: not without a key where TCP-AO is required. */
    boolean mayOpen(@Nullable Authentication socket, FlowKey flow) {
        boolean required = hostKeys.required || (socket != null && socket.required);
        return !required
                || !hostKeys.matching(flow).isEmpty()
                || (socket != null && !socket.matching(flow).isEmpty());
    }

    /**
     * What a connection that this side opens is signed with, or null.
     *
     * @param options of its socket
     */
    private @Nullable Signature forOpen(SocketOptions options, FlowKey flow) {
        Authentication socket = options.authentication;
        Signature own = socket == null ? null : forOpenWith(socket, options, flow);
        return own != null ? own : forOpenWith(hostKeys, options, flow);
    }

    private @Nullable Signature forOpenWith(Authentication keys, SocketOptions options, FlowKey flow) {
        if (keys.isEmpty()) {
            return null;
        }
        List<MasterKeyTuple> tuples = keys.matching(flow);
        if (!tuples.isEmpty()) {
            MasterKeyTuple chosen = keys.current();
            MasterKeyTuple current = chosen != null && tuples.contains(chosen) ? chosen : tuples.get(0);
            MasterKeyTuple next = keys.rnext();
            return aoSignature(keys, flow, tuples, current, next != null && tuples.contains(next) ? next : current);
        }
        MasterKey secret = md5Key(keys, options, flow);
        return secret == null ? null : new Md5Signature(this, secret, flow.local(), flow.remote());
    }

    /** The MD5 key for a connection of a socket with these options, or of nobody, who answers with what there is. */
    private @Nullable MasterKey md5Key(Authentication keys, @Nullable SocketOptions options, FlowKey flow) {
        boolean usable = keys != hostKeys
                || options == null
                || (options.authentication != null && options.authentication.usesHostMd5Keys)
                || !knobs.isOn(Knob.HOST_MD5_KEYS_ON_REQUEST);
        return usable ? keys.md5For(flow.remote()) : null;
    }

    private AoSignature aoSignature(
            Authentication keys,
            FlowKey flow,
            List<MasterKeyTuple> tuples,
            MasterKeyTuple current,
            MasterKeyTuple rnext) {
        AoSignature s = new AoSignature(this, flow, tuples, current, rnext);
        s.acceptsIcmps = keys.acceptsIcmps;
        return s;
    }

    /**
     * Judges a segment, whose {@link Segment#signature} is then what vouches for it.
     *
     * @param flow that it belongs to, null for none, or for one whose 4-tuple a SYN may take over
     * @param listener that it is for, if there is no flow
     * @return why it has to be dropped, without an answer; null if it is authentic or need not be
     */
    @Nullable DropReason judge(@Nullable Flow flow, @Nullable Listener listener, Segment seg) {
        TcpOptions o = seg.options;
        seg.signature = null;
        seg.signatureIsSpare = false;
        boolean signed = o.hasAo() || o.hasMd5();
        if (signed && ((o.hasAo() && o.hasMd5()) || o.hasRepeatedAo())) {
            return DropReason.TCP_SIGNATURE_MALFORMED; // RFC 5925 §2.2: MUST be silently ignored
        }
        if (flow == null) {
            return judgeStranger(listener, seg);
        }
        Signature s = of(flow);
        if (s == null) {
            return signed ? unexpected(seg) : null;
        }
        seg.signature = s;
        return s.judge(seg, flow.state() == TcpState.SYN_SENT);
    }

    /**
     * A signature where there is no key for the peer. RFC 5925 §7.3: "The initial default of this configuration SHOULD be to
     * silently accept such connections". RFC 2385 does not say; nobody signs by chance, so keys are missing here.
     */
    private @Nullable DropReason unexpected(Segment seg) {
        if (seg.options.hasMd5()) {
            return DropReason.TCP_MD5_UNEXPECTED;
        }
        return knobs.isOn(Knob.DROP_UNEXPECTED_AO) ? DropReason.TCP_AO_UNEXPECTED : null;
    }

    /** A segment of no connection: for a listener, or for nobody, whose keys are the host's. */
    private @Nullable DropReason judgeStranger(@Nullable Listener listener, Segment seg) {
        Authentication socket = listener == null ? null : listener.options.authentication;
        if (hostKeys.isEmpty() && (socket == null || socket.isEmpty())) {
            return judgeUnkeyed(seg);
        }
        FlowKey flow = new FlowKey(seg.localHi, seg.localLo, seg.remoteHi, seg.remoteLo, seg.ports);
        Authentication keys = socket != null && isFor(socket, flow) ? socket : hostKeys;
        List<MasterKeyTuple> tuples = keys.matching(flow);
        if (!tuples.isEmpty()) {
            return judgeAo(keys, flow, tuples, seg);
        }
        if (keys.required || hostKeys.required) {
            keys.counters.missing++;
            return DropReason.TCP_AO_MISSING;
        }
        MasterKey secret = md5Key(keys, listener == null ? null : listener.options, flow);
        return secret == null
                ? judgeUnkeyed(seg)
                : vouch(new Md5Signature(this, secret, flow.local(), flow.remote()), seg);
    }

    private @Nullable DropReason judgeUnkeyed(Segment seg) {
        return seg.options.hasAo() || seg.options.hasMd5() ? unexpected(seg) : null;
    }

    /** Whether a socket's own keys count for this connection, rather than the host's. */
    private static boolean isFor(Authentication keys, FlowKey flow) {
        return keys.required || !keys.matching(flow).isEmpty() || keys.md5For(flow.remote()) != null;
    }

    private static @Nullable DropReason vouch(Signature s, Segment seg) {
        DropReason reason = s.judge(seg, true);
        if (reason == null) {
            seg.signature = s;
            seg.signatureIsSpare = true;
        } else {
            s.close();
        }
        return reason;
    }

    private @Nullable DropReason judgeAo(Authentication keys, FlowKey flow, List<MasterKeyTuple> tuples, Segment seg) {
        if (!seg.options.hasAo()) {
            keys.counters.missing++;
            return DropReason.TCP_AO_MISSING;
        }
        MasterKeyTuple named = null;
        MasterKeyTuple wanted = null;
        for (MasterKeyTuple t : tuples) {
            named = t.receiveId() == seg.options.aoKeyId() ? t : named;
            wanted = t.sendId() == seg.options.aoRNextKeyId() ? t : wanted;
        }
        if (named == null) {
            // Deviates from RFC 5925 §7.5, 1.a.i, which goes on without TCP-AO: there are keys for this peer, so
            // whoever does
            // not have them could open connections by naming another.
            keys.counters.unknownKey++;
            return DropReason.TCP_AO_UNKNOWN_KEY;
        }
        AoSignature s = aoSignature(keys, flow, tuples, wanted == null ? named : wanted, named);
        if (!seg.syn() || seg.hasAck()) {
            s.synchronize(seg.ack - 1, seg.seq - 1); // as a SYN cookie comes back; anything else cannot be proved
        }
        DropReason reason = vouch(s, seg);
        keys.counters.good += s.counters.good;
        keys.counters.bad += s.counters.bad;
        return reason;
    }
}
