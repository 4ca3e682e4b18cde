package io.sluice.udp;

import java.util.Arrays;

/** An experimental UDP option (RFC 9868 §11.10, §12.3). Immutable. */
public final class Experiment {
    private static final int MAX_CONTENTS = 65_529;

    private final boolean unsafe;
    private final int id;
    private final byte[] contents;

    /**
     * An experiment.
     *
     * @param unsafe whether it is UEXP, which changes what the user data mean, rather than EXP
     * @param id the ExID, 0..65535, as registered with IANA
     * @param contents what follows the ExID: at most 65529 octets
     */
    public Experiment(boolean unsafe, int id, byte[] contents) {
        if (id < 0 || id > 0xFFFF) {
            throw new IllegalArgumentException("no ExID: " + id);
        }
        if (contents.length > MAX_CONTENTS) {
            throw new IllegalArgumentException("more than an option holds: " + contents.length + " octets");
        }
        this.unsafe = unsafe;
        this.id = id;
        this.contents = contents.clone();
    }

    /** Whether it is UEXP. */
    public boolean unsafe() {
        return unsafe;
    }

    /** The ExID. */
    public int id() {
        return id;
    }

    /** A copy of what follows the ExID. */
    public byte[] contents() {
        return contents.clone();
    }

    /** Octets of it. */
    public int length() {
        return contents.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Experiment e && e.unsafe == unsafe && e.id == id && Arrays.equals(e.contents, contents);
    }

    @Override
    public int hashCode() {
        return 31 * id + Arrays.hashCode(contents);
    }

    @Override
    public String toString() {
        return (unsafe ? "UEXP " : "EXP ") + Integer.toHexString(id) + ", " + contents.length + " octets";
    }
}
