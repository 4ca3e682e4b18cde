package io.sluice.cc;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The congestion controls that a host knows, by name. Immutable. */
public final class CongestionControls {
    private static final CongestionControlFactory NEWRENO = new NewRenoFactory();
    private static final CongestionControls BUILT_IN = new CongestionControls(List.of(NEWRENO));
    private static final CongestionControls INSTALLED = load();

    private final List<CongestionControlFactory> factories;

    private CongestionControls(List<CongestionControlFactory> factories) {
        this.factories = List.copyOf(factories);
    }

    /** NewReno, which is always there, and what the class or module path offers. */
    public static CongestionControls installed() {
        return INSTALLED;
    }

    private static CongestionControls load() {
        CongestionControls all = BUILT_IN;
        for (CongestionControlFactory f :
                ServiceLoader.load(CongestionControlFactory.class, CongestionControlFactory.class.getClassLoader())) {
            all = all.with(f);
        }
        return all;
    }

    /** NewReno only. */
    public static CongestionControls builtIn() {
        return BUILT_IN;
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

    /** The one of this name, or NewReno. */
    public CongestionControlFactory preferred(String name) {
        CongestionControlFactory f = named(name);
        return f == null ? NEWRENO : f;
    }

    /** All names. */
    public List<String> names() {
        return factories.stream().map(CongestionControlFactory::name).toList();
    }

    /** Makes {@link NewReno}. */
    private static final class NewRenoFactory implements CongestionControlFactory {
        @Override
        public String name() {
            return NewReno.NAME;
        }

        @Override
        public CongestionControl create(CongestionSettings settings) {
            return new NewReno(settings);
        }
    }
}
