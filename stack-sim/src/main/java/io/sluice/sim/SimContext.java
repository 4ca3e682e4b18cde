package io.sluice.sim;

/** What all parts of one simulation share. */
record SimContext(
        EventQueue events, Captures captures, RandomStreams random, SimAllocator allocator, PacketPool packets) {}
