package io.sluice.sim;

import io.sluice.link.Link;

/** A host's end of a simulated wire: what it can do is in a {@link LinkConfig}. */
abstract class ConfiguredLink implements Link {
    final LinkConfig config;
    final Pipe out;
    private final String name;

    ConfiguredLink(String name, LinkConfig config, Pipe out) {
        this.name = name;
        this.config = config;
        this.out = out;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int mtu() {
        return config.mtu();
    }

    @Override
    public final int maxSegmentationBytes(boolean ipv6) {
        return config.segmentationBytes();
    }

    @Override
    public final boolean checksumOffload() {
        return config.checksumOffload();
    }
}
