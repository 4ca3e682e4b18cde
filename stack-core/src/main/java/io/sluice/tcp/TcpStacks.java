package io.sluice.tcp;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The TCP stacks that a host knows, by name. Immutable. */
public final class TcpStacks {
    /** What FreeBSD calls its default stack. */
    private static final String FREEBSD = "freebsd";

    private final List<TcpStack> stacks;

    private TcpStacks(List<TcpStack> stacks) {
        this.stacks = List.copyOf(stacks);
    }

    /** The default stack, which is always there, and what the class or module path offers. */
    public static TcpStacks installed() {
        TcpStacks all = builtIn();
        for (TcpStackProvider p : ServiceLoader.load(TcpStackProvider.class, TcpStackProvider.class.getClassLoader())) {
            for (TcpStack s : p.stacks()) {
                all = all.with(s);
            }
        }
        return all;
    }

    /** The default stack only. */
    public static TcpStacks builtIn() {
        return new TcpStacks(List.of(TcpStack.DEFAULT));
    }

    /** These and one more, which takes the place of one that has its name. */
    public TcpStacks with(TcpStack stack) {
        List<TcpStack> all = new ArrayList<>(stacks);
        all.removeIf(s -> s.name().equals(stack.name()));
        all.add(stack);
        return new TcpStacks(all);
    }

    /** The one of this name, or null; {@code freebsd} is another name of {@code default}. */
    public @Nullable TcpStack named(String name) {
        String wanted = name.equals(FREEBSD) ? TcpStack.DEFAULT.name() : name;
        for (TcpStack s : stacks) {
            if (s.name().equals(wanted)) {
                return s;
            }
        }
        return null;
    }

    /** All of them. */
    public List<TcpStack> all() {
        return stacks;
    }
}
