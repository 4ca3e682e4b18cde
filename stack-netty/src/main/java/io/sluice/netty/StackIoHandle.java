package io.sluice.netty;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;

/** A channel of the stack in its event loop: closed with it. No events come this way, the {@link HostDriver} tells. */
interface StackIoHandle extends IoHandle {
    @Override
    default void handle(IoRegistration registration, IoEvent event) {}

    @Override
    void close();
}
