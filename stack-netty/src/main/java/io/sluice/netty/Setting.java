package io.sluice.netty;

import io.netty.channel.ChannelOption;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A {@link ChannelOption} and what it means to a socket of the stack.
 *
 * @param <S> the socket's options
 * @param <T> the option's type
 */
record Setting<S, T>(ChannelOption<T> option, Function<S, T> getter, BiConsumer<S, T> setter) {}
