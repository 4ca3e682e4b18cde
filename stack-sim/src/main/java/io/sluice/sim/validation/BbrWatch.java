package io.sluice.sim.validation;

import io.sluice.bbr.Bbr;
import io.sluice.bbr.BbrInfo;
import io.sluice.bbr.BbrState;
import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;

/** BBR, with what is delivered, and for how long, while it is in one of its states. */
final class BbrWatch extends Delegate {
    private final Bbr bbr;
    private final BbrState watched;
    private boolean in;
    private long lastNs;
    private long lastDelivered;
    private long ns;
    private long octets;

    BbrWatch(BbrState watched) {
        this(new Bbr(), watched);
    }

    private BbrWatch(Bbr bbr, BbrState watched) {
        super(bbr);
        this.bbr = bbr;
        this.watched = watched;
    }

    @Override
    public void onAck(CongestionWindow window, ConnectionView connection, AckSample ack) {
        if (in) {
            ns += ack.nowNs - lastNs;
            octets += ack.deliveredBytes - lastDelivered;
        }
        lastNs = ack.nowNs;
        lastDelivered = ack.deliveredBytes;
        super.onAck(window, connection, ack);
        BbrInfo info = bbr.info();
        in = info != null && info.state() == watched;
    }

    /** Bit/s; 0 if it was never in that state. */
    double bitsPerSecond() {
        return ns == 0 ? 0 : octets * 8e9 / ns;
    }
}
