package io.sluice.dctcp;

import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionControlFactory;
import io.sluice.cc.CongestionSettings;

/** Offers {@link Dctcp} to every host. */
public final class DctcpFactory implements CongestionControlFactory {
    @Override
    public String name() {
        return Dctcp.NAME;
    }

    @Override
    public CongestionControl create(CongestionSettings settings) {
        return new Dctcp(settings);
    }
}
