package io.sluice.tcp;

import io.sluice.cc.CongestionControlFactory;
import io.sluice.cc.CongestionControls;
import io.sluice.cc.CongestionSettings;
import io.sluice.cc.CongestionSettings.InitialSlowStart;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The values of all knobs on one host, as they are now. Starts as a {@link TcpProfile}; confined to the host's thread. */
@SuppressWarnings("EnumOrdinal") // an index into a dense array, never stored or sent
public final class Knobs {
    private static final long NS_PER_MS = 1_000_000L;

    /** The names by which both kernels, and this stack, call the congestion control of connections where nobody chooses. */
    private static final Set<String> CONGESTION_CONTROL =
            Set.of("net.inet.tcp.cc.algorithm", "net.ipv4.tcp_congestion_control", "sluice.congestion_control");

    private final long[] values = new long[Knob.values().length];
    private final CongestionControls congestionControls;
    private CongestionControlFactory congestionControl;
    private @Nullable CongestionSettings congestionSettings;

    /** With the congestion controls that are installed. */
    public Knobs(TcpProfile profile) {
        this(profile, CongestionControls.installed());
    }

    public Knobs(TcpProfile profile, CongestionControls congestionControls) {
        this.congestionControls = congestionControls;
        this.congestionControl = congestionControls.preferred(profile.congestionControl());
        for (Knob k : Knob.values()) {
            values[k.ordinal()] = profile.get(k);
        }
    }

    public long get(Knob knob) {
        return values[knob.ordinal()];
    }

    public int getInt(Knob knob) {
        return (int) Math.min(Integer.MAX_VALUE, values[knob.ordinal()]);
    }

    public boolean isOn(Knob knob) {
        return values[knob.ordinal()] != 0;
    }

    /** A time knob in nanoseconds. */
    public long ns(Knob knob) {
        return values[knob.ordinal()] * NS_PER_MS;
    }

    /**
     * Sets a value.
     *
     * @throws IllegalArgumentException if the knob cannot have it: see {@link KnobRange}
     */
    public void set(Knob knob, long value) {
        values[knob.ordinal()] = KnobRange.checked(knob, value);
        congestionSettings = null;
    }

    /** Whether this is a kernel's, or our own, name for {@link #congestionControl()}: a knob whose value is a name. */
    public static boolean namesCongestionControl(String name) {
        return CONGESTION_CONTROL.contains(name);
    }

    /** The congestion controls that this host knows. */
    public CongestionControls congestionControls() {
        return congestionControls;
    }

    /** The congestion control of connections for which neither the user nor their stack has another. */
    public CongestionControlFactory congestionControl() {
        return congestionControl;
    }

    /** Sets {@link #congestionControl()} for connections that come later; false if the host does not know that name. */
    public boolean congestionControl(String name) {
        CongestionControlFactory f = congestionControls.named(name);
        if (f == null) {
            return false;
        }
        congestionControl = f;
        return true;
    }

    /** What congestion controls are told of these knobs. */
    CongestionSettings congestionSettings() {
        CongestionSettings s = congestionSettings;
        if (s == null) {
            s = makeCongestionSettings();
            congestionSettings = s;
        }
        return s;
    }

    private CongestionSettings makeCongestionSettings() {
        List<InitialSlowStart> slowStarts = List.of(InitialSlowStart.values());
        int slowStart = (int) Math.max(0, Math.min(get(Knob.INITIAL_SLOW_START), slowStarts.size() - 1));
        return new CongestionSettings(
                slowStarts.get(slowStart),
                getInt(Knob.SLOW_START_ACK_LIMIT),
                isOn(Knob.ALTERNATIVE_BACKOFF),
                ns(Knob.CUBIC_CURVE_INTERVAL_MS),
                isOn(Knob.CUBIC_RENO_FRIENDLY),
                isOn(Knob.WINDOW_IN_SEGMENTS));
    }
}
