package io.sluice.tcp;

import java.util.Arrays;

/** The SACK blocks of late acknowledgments, each of which holds four, of which all but the first repeat earlier ones (RFC 2018 §4). */
final class KnownBlocks {
    private static final int BLOCKS = 8;

    /** Left and right edges in turn. */
    private final long[] edges = new long[2 * BLOCKS];

    private int next;

    /** Whether a late acknowledgment had the same block; if not, it is remembered. */
    boolean has(long left, long right) {
        for (int i = 0; i < edges.length; i += 2) {
            if (edges[i] == left && edges[i + 1] == right) {
                return true;
            }
        }
        edges[next] = left;
        edges[next + 1] = right;
        next = (next + 2) % edges.length;
        return false;
    }

    void clear() {
        Arrays.fill(edges, 0);
    }
}
