// checkstyle | stack-core/src/main/java/io/sluice/wire | sequence numbers wrap
package io.sluice.wire;

/** Breaks the same rule, with a header's accessor. */
final class SeqAccessor {
    private SeqAccessor() {}

    static boolean before(TcpHeader header, int x) {
        return header.sequenceNumber() < x;
    }
}
