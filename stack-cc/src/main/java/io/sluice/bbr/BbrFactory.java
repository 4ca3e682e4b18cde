package io.sluice.bbr;

import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionControlFactory;
import io.sluice.cc.CongestionSettings;

/** Offers {@link Bbr} to every host. */
public final class BbrFactory implements CongestionControlFactory {
    @Override
    public String name() {
        return Bbr.NAME;
    }

    @Override
    public CongestionControl create(CongestionSettings settings) {
        return new Bbr();
    }
}
