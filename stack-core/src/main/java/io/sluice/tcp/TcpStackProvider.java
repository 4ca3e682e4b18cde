package io.sluice.tcp;

import java.util.List;

/** Offers stacks to every host: what {@link java.util.ServiceLoader} finds ({@link TcpStacks#installed}). */
public interface TcpStackProvider {
    /** Each with a name of its own, up to 31 printable ASCII characters. */
    List<TcpStack> stacks();
}
