package io.sluice.cubic;

import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionControlFactory;
import io.sluice.cc.CongestionSettings;

/** Offers {@link Cubic} to every host. */
public final class CubicFactory implements CongestionControlFactory {
    @Override
    public String name() {
        return Cubic.NAME;
    }

    @Override
    public CongestionControl create(CongestionSettings settings) {
        return new Cubic(settings);
    }
}
