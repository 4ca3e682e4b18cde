package io.sluice.netty;

import io.netty.channel.ChannelOption;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A {@link ChannelOption} and what it means to a socket of the stack.
 *
 * @param <S> the socket's options
 * @param <T> the option's type
 */
record Setting<S, T>(ChannelOption<T> option, Predicate<T> range, Function<S, T> getter, BiConsumer<S, T> setter) {
    /** An option that takes every value. */
    Setting(ChannelOption<T> option, Function<S, T> getter, BiConsumer<S, T> setter) {
        this(option, value -> true, getter, setter);
    }

    /** Throws {@link IllegalArgumentException} for a value that the option cannot have. */
    void check(T value) {
        if (!range.test(value)) {
            throw new IllegalArgumentException(option + " cannot be " + value);
        }
    }
}
