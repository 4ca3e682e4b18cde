package io.sluice.udp;

import io.sluice.link.Path;
import io.sluice.time.Deadline;
import io.sluice.time.TimerNode;
import io.sluice.time.TimerWheel;
import java.util.random.RandomGenerator;

/**
 * How large packets to one peer may be, found out by probes (RFC 8899 §5, with UDP options: RFC 9869). All sizes are octets
 * of an IP packet, header included. A probe is an empty datagram with REQ, filled up to the size that is tried; the RES of
 * the peer says that it passed.
 */
public final class Dplpmtud extends TimerNode {
    /** RFC 8899 §5.2. */
    public enum State {
        /** Not probing: not started, or the peer answers nothing at all. */
        DISABLED,
        /** Finding out whether BASE_PLPMTU passes. */
        BASE,
        /** Trying larger sizes. */
        SEARCHING,
        /** The largest size is known, and confirmed from time to time. */
        SEARCH_COMPLETE,
        /** BASE_PLPMTU does not pass, or what is known contradicts itself. */
        ERROR
    }

    /** Sizes closer than that are not worth a probe (§5.3.2). */
    private static final int MIN_GAIN = 8;

    /** A peer that does not send anyway answers once a second (RFC 9869 §3.1), so that the next size waits that long. */
    private static final long SPACING_NS = 1_500_000_000L;

    private static final int NONE = 0;

    private final OptionState owner;
    private final Path path;
    private final DplpmtudConfig config;
    private final TimerWheel wheel;
    private final RandomGenerator random;
    private final int minPlpmtu;
    private final int basePlpmtu;
    /** Tokens of the probes of {@link #probedSize} that are on their way; a late answer counts as well as one in time. */
    private final int[] tokens;

    private State state = State.DISABLED;
    private int plpmtu;
    private int probedSize;
    private int probeCount;
    private int tokenCount;
    private int tooLarge;
    private int hint = NONE;
    private boolean triedMax;
    private boolean triedAgain;
    private long probeAtNs = Deadline.NEVER;
    private long searchAtNs = Deadline.NEVER;
    private long raiseAtNs = Deadline.NEVER;
    private long confirmAtNs = Deadline.NEVER;

    Dplpmtud(OptionState owner, Path path, DplpmtudConfig config, TimerWheel wheel, RandomGenerator random) {
        this.owner = owner;
        this.path = path;
        this.config = config;
        this.wheel = wheel;
        this.random = random;
        int max = maxPlpmtu();
        minPlpmtu = Math.min(config.minPlpmtu(path.ipv6()), max);
        basePlpmtu = Math.min(Math.max(config.basePlpmtu(), minPlpmtu), max);
        tokens = new int[config.maxProbes()];
        plpmtu = minPlpmtu;
    }

    /** Where the search is. */
    public State state() {
        return state;
    }

    /** PLPMTU: the largest size that is known to pass; before anything is known, the least that is expected to. */
    public int plpmtu() {
        return Math.min(plpmtu, maxPlpmtu()); // the link may carry less than it did
    }

    /** PROBED_SIZE: the size that is tried, or was last. */
    public int probedSize() {
        return probedSize;
    }

    /** PROBE_COUNT: probes that were lost since one was not. */
    public int probeCount() {
        return probeCount;
    }

    /** The way that is probed. */
    Path path() {
        return path;
    }

    /** MAX_PLPMTU: what the link, and the configuration, let leave at all. */
    private int maxPlpmtu() {
        return Math.min(config.maxPlpmtu(), path.linkMtu());
    }

    /** The peer is there (§5.1.4): begins with BASE_PLPMTU. */
    void start(long nowNs) {
        enterBase(nowNs);
        arm();
    }

    /** Ends all probing; the size stays what it is. */
    void stop() {
        state = State.DISABLED;
        tokenCount = 0;
        probeAtNs = Deadline.NEVER;
        searchAtNs = Deadline.NEVER;
        raiseAtNs = Deadline.NEVER;
        confirmAtNs = Deadline.NEVER;
        wheel.disarm(this);
    }

    private void enterBase(long nowNs) {
        state = State.BASE;
        plpmtu = basePlpmtu;
        searchAtNs = Deadline.NEVER;
        raiseAtNs = Deadline.NEVER;
        probeCount = 0;
        probe(basePlpmtu, nowNs);
    }

    /** BASE_PLPMTU does not pass: RFC 8899 §5.2. The conservative size is tried first, then the base size until it passes. */
    private void enterError(long nowNs) {
        state = State.ERROR;
        plpmtu = minPlpmtu;
        searchAtNs = Deadline.NEVER;
        raiseAtNs = Deadline.NEVER;
        probeCount = 0;
        probe(minPlpmtu, nowNs);
    }

    private void enterSearching(long nowNs) {
        state = State.SEARCHING;
        raiseAtNs = Deadline.NEVER;
        confirmAtNs = Deadline.NEVER;
        tooLarge = maxPlpmtu() + 1;
        triedMax = false;
        triedAgain = false;
        probeCount = 0;
        searchSoon(nowNs);
    }

    private void enterSearchComplete(long nowNs) {
        state = State.SEARCH_COMPLETE;
        tokenCount = 0;
        probeCount = 0;
        probeAtNs = Deadline.NEVER;
        searchAtNs = Deadline.NEVER;
        raiseAtNs = Deadline.after(nowNs, config.raiseTimerNs());
        confirmAtNs = Deadline.after(nowNs, config.confirmationTimerNs());
    }

    /** No answer to anything: the peer does not do this. Tried again as late as a larger size would be. */
    private void disable(long nowNs) {
        stop();
        raiseAtNs = Deadline.after(nowNs, config.raiseTimerNs());
    }

    private void searchSoon(long nowNs) {
        if (plpmtu >= maxPlpmtu()) {
            enterSearchComplete(nowNs);
        } else {
            searchAtNs = Deadline.after(nowNs, SPACING_NS);
        }
    }

    /**
     * §5.3.2: what the peer hints at, then the most that can leave here, which is right on most paths; then halves of the
     * interval in which the limit must be. A size that was too large is tried once more at the end, since a probe may also
     * be lost for other reasons (§5.3.3).
     */
    private void search(long nowNs) {
        int max = maxPlpmtu();
        tooLarge = Math.min(tooLarge, max + 1);
        if (plpmtu >= max) {
            enterSearchComplete(nowNs);
        } else if (hint > plpmtu && hint < tooLarge) {
            int size = hint;
            hint = NONE;
            probe(size, nowNs);
        } else if (!triedMax && tooLarge > max) {
            triedMax = true;
            probe(max, nowNs);
        } else if (tooLarge - plpmtu > MIN_GAIN) {
            probe((plpmtu + tooLarge) / 2, nowNs);
        } else if (!triedAgain && tooLarge <= max) {
            triedAgain = true;
            probe(tooLarge, nowNs);
        } else {
            enterSearchComplete(nowNs);
        }
    }

    private void probe(int size, long nowNs) {
        if (size != probedSize || tokenCount == tokens.length) {
            tokenCount = 0;
        }
        probedSize = size;
        // RFC 9869 §3.1, §8: not to be guessed, and not used again
        int token = random.nextInt();
        tokens[tokenCount++] = token;
        owner.sendProbe(path, size, token, nowNs);
        probeAtNs = Deadline.after(nowNs, config.probeTimerNs());
    }

    private boolean isOurs(int token) {
        for (int i = 0; i < tokenCount; i++) {
            if (tokens[i] == token) {
                return true;
            }
        }
        return false;
    }

    /** MDS of the peer: a size worth trying (RFC 9869 §4.2), no limit (RFC 9868 §11.5). */
    void onHint(int maxDatagramSize) {
        int size = maxDatagramSize + 8 + path.headerLength();
        hint = size > plpmtu && size < maxPlpmtu() ? size : NONE;
    }

    /** RES with this token has come. */
    void onResponse(int token, long nowNs) {
        if (!isOurs(token)) {
            return;
        }
        tokenCount = 0;
        probeCount = 0;
        probeAtNs = Deadline.NEVER;
        switch (state) {
            case BASE -> {
                plpmtu = probedSize;
                enterSearching(nowNs);
            }
            case ERROR -> onErrorProbeAcked(nowNs);
            case SEARCHING -> {
                plpmtu = probedSize;
                searchSoon(nowNs);
            }
            case SEARCH_COMPLETE -> confirmAtNs = Deadline.after(nowNs, config.confirmationTimerNs());
            case DISABLED -> {}
        }
        arm();
    }

    private void onErrorProbeAcked(long nowNs) {
        if (probedSize >= basePlpmtu) {
            plpmtu = probedSize;
            enterSearching(nowNs);
        } else {
            confirmAtNs = Deadline.after(nowNs, config.probeTimerNs()); // then BASE_PLPMTU again, without hurry
        }
    }

    /**
     * ICMP says that a packet of the probed path was too big (§4.6.2); believed only with the token of a probe (RFC 9869
     * §5.2).
     */
    void onPacketTooBig(int token, int mtu, long nowNs) {
        if (!isOurs(token) || mtu < minPlpmtu || mtu >= probedSize) {
            return;
        }
        if (mtu < basePlpmtu) {
            enterError(nowNs);
        } else if (mtu < plpmtu) {
            enterBase(nowNs); // the path has become narrower
        } else if (state == State.SEARCHING) {
            tooLarge = mtu + 1;
            triedMax = true;
            triedAgain = true; // a router has said why
            probeCount = 0;
            probeAtNs = Deadline.NEVER;
            hint = mtu;
            if (mtu == plpmtu) {
                enterSearchComplete(nowNs);
            } else {
                searchSoon(nowNs);
            }
        }
        arm();
    }

    @Override
    protected void onExpired(long nowNs) {
        if (nowNs >= probeAtNs) {
            probeAtNs = Deadline.NEVER;
            onProbeLost(nowNs);
        }
        if (nowNs >= searchAtNs) {
            searchAtNs = Deadline.NEVER;
            search(nowNs);
        }
        if (nowNs >= confirmAtNs) {
            confirmAtNs = Deadline.NEVER;
            probeCount = 0;
            probe(state == State.ERROR ? basePlpmtu : plpmtu(), nowNs);
        }
        if (nowNs >= raiseAtNs) {
            raiseAtNs = Deadline.NEVER;
            if (state == State.DISABLED) {
                enterBase(nowNs);
            } else {
                enterSearching(nowNs);
            }
        }
        arm();
    }

    /** PROBE_TIMER has expired. */
    private void onProbeLost(long nowNs) {
        probeCount++;
        boolean giveUp = probeCount >= config.maxProbes();
        switch (state) {
            case BASE -> {
                if (giveUp) {
                    enterError(nowNs);
                } else {
                    probe(basePlpmtu, nowNs);
                }
            }
            case ERROR -> onErrorProbeLost(giveUp, nowNs);
            case SEARCHING -> {
                tooLarge = Math.min(tooLarge, probedSize);
                if (giveUp) {
                    enterSearchComplete(nowNs);
                } else {
                    search(nowNs);
                }
            }
            case SEARCH_COMPLETE -> {
                if (giveUp) {
                    confirmAtNs = Deadline.NEVER;
                    enterBase(nowNs); // a black hole (§4.3)
                } else {
                    probe(plpmtu(), nowNs);
                }
            }
            case DISABLED -> {}
        }
    }

    private void onErrorProbeLost(boolean giveUp, long nowNs) {
        if (!giveUp) {
            probe(probedSize, nowNs);
        } else if (probedSize >= basePlpmtu && minPlpmtu < basePlpmtu) {
            confirmAtNs = Deadline.after(nowNs, config.confirmationTimerNs());
        } else {
            disable(nowNs);
        }
    }

    private void arm() {
        wheel.arm(this, Math.min(Math.min(probeAtNs, searchAtNs), Math.min(raiseAtNs, confirmAtNs)));
    }
}
