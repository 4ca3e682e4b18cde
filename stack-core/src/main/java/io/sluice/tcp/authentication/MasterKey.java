package io.sluice.tcp.authentication;

import java.security.MessageDigest;
import java.util.Arrays;

/** A master key (RFC 5925 §3.1): octets that nobody is told and that are wiped when they are needed no more. */
public final class MasterKey implements AutoCloseable {
    private final byte[] octets;
    private boolean wiped;

    /** @param octets copied; the caller may wipe its own */
    public MasterKey(byte[] octets) {
        this.octets = octets.clone();
    }

    /** The same octets, wiped on their own. */
    public MasterKey copy() {
        return new MasterKey(octets());
    }

    byte[] octets() {
        if (wiped) {
            throw new IllegalStateException("the key was wiped");
        }
        return octets;
    }

    /** Feeds the key itself to a digest, as RFC 2385 §2.0 has it. */
    public void feed(MessageDigest digest) {
        digest.update(octets());
    }

    /** Wipes it; traffic keys that were derived from it have to be wiped by themselves. */
    @Override
    public void close() {
        wiped = true;
        Arrays.fill(octets, (byte) 0);
    }

    public boolean isWiped() {
        return wiped;
    }

    /** Never the key. */
    @Override
    public String toString() {
        return wiped ? "a wiped key" : "a key";
    }
}
