package io.sluice.host;

import io.sluice.ip.ReassemblyLimits;

/**
 * What a host may hold, in octets of memory pinned and in entries of tables.
 *
 * @param limitBytes all sockets and queues together
 * @param reassembly incomplete datagrams
 * @param maxControlPackets answers (RST, ICMP, SYN-ACK) that wait for a link
 * @param maxPathMtus destinations whose path MTU is remembered
 */
public record HostMemory(long limitBytes, ReassemblyLimits reassembly, int maxControlPackets, int maxPathMtus) {
    /** 256 MiB, of which fragments may take 4; 1024 control packets; 4096 path MTUs. */
    public static final HostMemory DEFAULT = new HostMemory(256L << 20, ReassemblyLimits.DEFAULT, 1024, 4096);

    /** Throws {@link IllegalArgumentException} for limits that let nothing through. */
    public HostMemory {
        if (limitBytes <= 0 || maxControlPackets < 1 || maxPathMtus < 1) {
            throw new IllegalArgumentException("host memory limits");
        }
    }
}
