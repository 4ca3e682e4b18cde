package io.sluice.tcp;

import java.util.Optional;

/** Finds {@link Knob}s by what they are called. */
public final class KnobNames {
    private KnobNames() {}

    /** The knob that either kernel, or {@link Knob#ownName}, calls {@code name}. */
    public static Optional<Knob> find(String name) {
        for (Knob k : Knob.values()) {
            if (!name.isEmpty()
                    && (k.freebsdName().equals(name)
                            || k.linuxName().equals(name)
                            || k.ownName().equals(name))) {
                return Optional.of(k);
            }
        }
        return Optional.empty();
    }
}
