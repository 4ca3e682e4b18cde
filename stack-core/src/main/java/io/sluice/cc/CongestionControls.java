package io.sluice.cc;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The congestion controls that a host knows, by name. Immutable. */
public final class CongestionControls {
    private static final CongestionControlFactory NEWRENO = new NewRenoFactory(NewReno.NAME);
    private static final List<CongestionControlFactory> BUILT_IN = List.of(NEWRENO, new NewRenoFactory("reno"));

    private final List<CongestionControlFactory> factories;

    private CongestionControls(List<CongestionControlFactory> factories) {
        this.factories = List.copyOf(factories);
    }

    /** NewReno, which is always there, and what the class or module path offers. */
    public static CongestionControls installed() {
        List<CongestionControlFactory> all = new ArrayList<>(BUILT_IN);
        ServiceLoader.load(CongestionControlFactory.class, CongestionControlFactory.class.getClassLoader())
                .forEach(all::add);
        return new CongestionControls(all);
    }

    /** NewReno only. */
    public static CongestionControls builtIn() {
        return new CongestionControls(BUILT_IN);
    }

    /** These and one more, which takes the place of one that has its name. */
    public CongestionControls with(CongestionControlFactory factory) {
        List<CongestionControlFactory> all = new ArrayList<>(factories);
        all.removeIf(f -> f.name().equals(factory.name()));
        all.add(factory);
        return new CongestionControls(all);
    }

    /** The one of this name, or null. */
    public @Nullable CongestionControlFactory named(String name) {
        for (CongestionControlFactory f : factories) {
            if (f.name().equals(name)) {
                return f;
            }
        }
        return null;
    }

    /** The first of {@code names} that there is, or NewReno. */
    public CongestionControlFactory preferred(List<String> names) {
        for (String name : names) {
            CongestionControlFactory f = named(name);
            if (f != null) {
                return f;
            }
        }
        return NEWRENO;
    }

    /** All names. */
    public List<String> names() {
        return factories.stream().map(CongestionControlFactory::name).toList();
    }

    /** NewReno under one of its names: kernels disagree. */
    private record NewRenoFactory(String name) implements CongestionControlFactory {
        @Override
        public CongestionControl create(CongestionSettings settings) {
            return new NewReno(name, settings.newSlowStart(), settings.alternativeBackoff());
        }
    }
}
