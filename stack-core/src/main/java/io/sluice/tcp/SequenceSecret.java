package io.sluice.tcp;

import io.sluice.link.FlowLabels;
import io.sluice.wire.SipHash;
import java.util.function.BooleanSupplier;

/**
 * Initial sequence numbers by RFC 6528 §3 and timestamp offsets by RFC 7323 §5.4: a keyed hash of the 4-tuple, plus a
 * clock for the former.
 */
final class SequenceSecret {
    /** RFC 9293 §3.4.1 (MUST-8): the ISN clock ticks about every 4 microseconds. */
    private static final int ISN_TICK_NS = 4_000;

    private static final long TIMESTAMP_DOMAIN = 0x5453_0000_0000_0000L;

    private static final long LABEL_KEY_0 = 0x4c30;
    private static final long LABEL_KEY_1 = 0x4c31;

    private final long key0;
    private final long key1;

    SequenceSecret(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /** ISN = M + F(localip, localport, remoteip, remoteport, secretkey): RFC 9293 §3.4.1 (MUST-8, MUST-9, SHLD-1). */
    int initialSequenceNumber(FlowKey key, long nowNs) {
        return (int) (nowNs / ISN_TICK_NS) + (int) hash(key, 0);
    }

    /** What to add to the timestamp clock on this connection. */
    int timestampOffset(FlowKey key) {
        return (int) hash(key, TIMESTAMP_DOMAIN);
    }

    /** Flow labels whose keys are made of these: what labels show says nothing about sequence numbers. */
    FlowLabels flowLabels(BooleanSupplier wanted) {
        return new FlowLabels(SipHash.hash(key0, key1, LABEL_KEY_0), SipHash.hash(key0, key1, LABEL_KEY_1), wanted);
    }

    private long hash(FlowKey k, long domain) {
        long h = SipHash.hash(key0, key1, k.localHi, k.localLo, k.remoteHi, k.remoteLo);
        return SipHash.hash(key0, key1, h, Integer.toUnsignedLong(k.ports) ^ domain, 0, 0);
    }
}
