package io.sluice.sim;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** All captures of a simulation as one. */
final class Captures implements Capture {
    private final List<Capture> all = new ArrayList<>();

    void add(Capture capture) {
        all.add(capture);
    }

    @Override
    public void sent(Pipe pipe, ByteBuf bytes, long nowNs) {
        for (int i = 0; i < all.size(); i++) {
            all.get(i).sent(pipe, bytes, nowNs);
        }
    }

    @Override
    public void delivered(Pipe pipe, ByteBuf bytes, long nowNs) {
        for (int i = 0; i < all.size(); i++) {
            all.get(i).delivered(pipe, bytes, nowNs);
        }
    }

    @Override
    public void dropped(Pipe pipe, ByteBuf bytes, Fate fate, long nowNs) {
        for (int i = 0; i < all.size(); i++) {
            all.get(i).dropped(pipe, bytes, fate, nowNs);
        }
    }
}
