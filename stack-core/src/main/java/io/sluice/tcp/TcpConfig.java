package io.sluice.tcp;

import io.netty.buffer.ByteBufAllocator;
import io.sluice.buffer.MemoryAccount;
import io.sluice.cc.CongestionControls;
import io.sluice.event.Counters;
import io.sluice.event.Pollable;
import io.sluice.event.StackEvents;
import io.sluice.link.TransmitRing;
import io.sluice.time.TimerWheel;
import java.util.random.RandomGenerator;

/**
 * What the TCP of a host is built from.
 *
 * @param profile the values of all knobs to begin with
 * @param stack the stack of new connections
 * @param stacks those that can be chosen by name
 * @param congestionControls those that connections can have
 * @param random the only source of randomness
 * @param memory what all connections together may pin of received data
 */
public record TcpConfig(
        TcpProfile profile,
        TcpStack stack,
        TcpStacks stacks,
        CongestionControls congestionControls,
        TimerWheel wheel,
        TransmitRing ring,
        Pollable.ReadyList ready,
        Counters counters,
        StackEvents events,
        RandomGenerator random,
        MemoryAccount memory,
        ByteBufAllocator allocator,
        TcpEnvironment environment) {}
