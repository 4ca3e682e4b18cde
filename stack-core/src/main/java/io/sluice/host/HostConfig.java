package io.sluice.host;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.cc.CongestionControls;
import io.sluice.event.StackEvents;
import io.sluice.icmp.IcmpLimits;
import io.sluice.ip.NeighborLimits;
import io.sluice.ip.PortRange;
import io.sluice.tcp.TcpProfile;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStacks;
import java.util.random.RandomGenerator;

/** What a {@link Host} is made from. Immutable, but for the objects that it is given. */
public final class HostConfig {
    private final RandomGenerator random;
    private final long startNs;
    private final ByteBufAllocator allocator;
    private final StackEvents events;
    private final HostMemory memory;
    private final TcpProfile tcpProfile;
    private final TcpStack tcpStack;
    private final CongestionControls congestionControls;
    private final TcpStacks tcpStacks;
    private final IcmpLimits icmpLimits;
    private final NeighborLimits neighborLimits;
    private final PortRange ephemeralPorts;

    private HostConfig(Builder b) {
        random = b.random;
        startNs = b.startNs;
        allocator = b.allocator;
        events = b.events;
        memory = b.memory;
        tcpProfile = b.tcpProfile;
        tcpStack = b.tcpStack;
        congestionControls = b.congestionControls;
        tcpStacks = b.tcpStacks.with(b.tcpStack);
        icmpLimits = b.icmpLimits;
        neighborLimits = b.neighborLimits;
        ephemeralPorts = b.ephemeralPorts;
    }

    /**
     * Starts a configuration.
     *
     * @param random where secrets, ports and identifications come from: a cryptographically strong generator on a network
     *     that is not trusted, a seeded one where runs have to be repeatable. Only the host may use it from now on.
     */
    public static Builder builder(RandomGenerator random) {
        return new Builder(random);
    }

    public RandomGenerator random() {
        return random;
    }

    /** Where the host's clock starts, in nanoseconds. */
    public long startNs() {
        return startNs;
    }

    public ByteBufAllocator allocator() {
        return allocator;
    }

    public StackEvents events() {
        return events;
    }

    public HostMemory memory() {
        return memory;
    }

    public TcpProfile tcpProfile() {
        return tcpProfile;
    }

    public TcpStack tcpStack() {
        return tcpStack;
    }

    public CongestionControls congestionControls() {
        return congestionControls;
    }

    public TcpStacks tcpStacks() {
        return tcpStacks;
    }

    public IcmpLimits icmpLimits() {
        return icmpLimits;
    }

    public NeighborLimits neighborLimits() {
        return neighborLimits;
    }

    public PortRange ephemeralPorts() {
        return ephemeralPorts;
    }

    /** Collects a configuration; everything has a default but the source of randomness. */
    public static final class Builder {
        private final RandomGenerator random;
        private long startNs;
        private ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
        private StackEvents events = StackEvents.NONE;
        private HostMemory memory = HostMemory.DEFAULT;
        private TcpProfile tcpProfile = TcpProfile.STANDARD;
        private TcpStack tcpStack = TcpStack.DEFAULT;
        private CongestionControls congestionControls = CongestionControls.installed();
        private TcpStacks tcpStacks = TcpStacks.installed();
        private IcmpLimits icmpLimits = IcmpLimits.DEFAULT;
        private NeighborLimits neighborLimits = NeighborLimits.DEFAULT;
        private PortRange ephemeralPorts = PortRange.DYNAMIC;

        private Builder(RandomGenerator random) {
            this.random = random;
        }

        /**
         * Where the clock starts: not later than the first {@code nowNs} the host will be told. Default 0.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder startNs(long newStartNs) {
            if (newStartNs < 0) {
                throw new IllegalArgumentException("before the beginning of time: " + newStartNs);
            }
            startNs = newStartNs;
            return this;
        }

        /** Where buffers come from; by default Netty's pool. */
        public Builder allocator(ByteBufAllocator newAllocator) {
            allocator = newAllocator;
            return this;
        }

        /** Who is told what happens inside; by default nobody. */
        public Builder events(StackEvents newEvents) {
            events = newEvents;
            return this;
        }

        /** Limits; by default {@link HostMemory#DEFAULT}. */
        public Builder memory(HostMemory newMemory) {
            memory = newMemory;
            return this;
        }

        /** How TCP looks from outside; by default {@link TcpProfile#STANDARD}. */
        public Builder tcpProfile(TcpProfile newProfile) {
            tcpProfile = newProfile;
            return this;
        }

        /** The stack of new TCP connections; by default {@link TcpStack#DEFAULT}. */
        public Builder tcpStack(TcpStack newStack) {
            tcpStack = newStack;
            return this;
        }

        /** The congestion controls that connections can have; by default {@link CongestionControls#installed}. */
        public Builder congestionControls(CongestionControls newControls) {
            congestionControls = newControls;
            return this;
        }

        /** The stacks that connections can choose by name; by default {@link TcpStacks#installed}. That of new ones is added. */
        public Builder tcpStacks(TcpStacks newStacks) {
            tcpStacks = newStacks;
            return this;
        }

        /** How fast ICMP errors may leave; by default {@link IcmpLimits#DEFAULT}. */
        public Builder icmpLimits(IcmpLimits newLimits) {
            icmpLimits = newLimits;
            return this;
        }

        /** What neighbours on Ethernets may cost; by default {@link NeighborLimits#DEFAULT}. */
        public Builder neighborLimits(NeighborLimits newLimits) {
            neighborLimits = newLimits;
            return this;
        }

        /** From which ports the host chooses for sockets that are not bound; by default {@link PortRange#DYNAMIC}. */
        public Builder ephemeralPorts(PortRange newPorts) {
            ephemeralPorts = newPorts;
            return this;
        }

        /** The configuration. */
        public HostConfig build() {
            return new HostConfig(this);
        }
    }
}
