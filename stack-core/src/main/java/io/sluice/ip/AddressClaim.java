package io.sluice.ip;

import io.sluice.time.Deadline;
import io.sluice.time.TimerNode;
import io.sluice.wire.IpAddress;

/**
 * An address of this host on an Ethernet, and whether others have objected (RFC 4862 §5.4, RFC 5227 §2).
 *
 * <p>Deviates from RFC 4862 §5.4, by which a tentative address is not used: it is used at once, and given up if another has
 * it, as RFC 4429 does. Who gives a userspace host its address expects to bind to it, and waits for nothing.
 */
final class AddressClaim extends TimerNode {
    /** RetransTimer of RFC 4862 §5.1, after DupAddrDetectTransmits = 1. */
    private static final long PROBE_NS = 1_000_000_000L;

    /** RFC 5227 §1.1: ANNOUNCE_INTERVAL. */
    private static final long ANNOUNCE_NS = 2_000_000_000L;

    /** RFC 5227 §1.1: DEFEND_INTERVAL. */
    private static final long DEFEND_NS = 10_000_000_000L;

    private enum Step {
        START,
        PROBED,
        ANNOUNCED,
        SETTLED
    }

    private final AddressResolution owner;
    final IpAddress address;
    private Step step = Step.START;
    private long defendAgainNs;

    AddressClaim(AddressResolution owner, IpAddress address) {
        this.owner = owner;
        this.address = address;
    }

    /** Whether an objection still ends it. */
    boolean isTentative() {
        return step == Step.START || step == Step.PROBED;
    }

    /** Whether it may be defended again. */
    boolean mayDefend(long nowNs) {
        if (nowNs < defendAgainNs) {
            return false;
        }
        defendAgainNs = Deadline.after(nowNs, DEFEND_NS);
        return true;
    }

    @Override
    protected void onExpired(long nowNs) {
        switch (step) {
            case START -> {
                step = Step.PROBED;
                owner.probe(address);
                owner.arm(this, Deadline.after(nowNs, PROBE_NS));
            }
            case PROBED -> {
                step = Step.ANNOUNCED;
                owner.settle(address);
                owner.arm(this, Deadline.after(nowNs, ANNOUNCE_NS));
            }
            case ANNOUNCED -> {
                step = Step.SETTLED;
                owner.announce(address);
            }
            case SETTLED -> {}
        }
    }
}
