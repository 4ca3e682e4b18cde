package io.sluice.packetdrill.differential;

/**
 * The stack's rules: RFC 9293 §3.10.7.4 (sixth) for the mark. The octet at it leaves the stream once all before it has been read,
 * and can be read apart then, or as soon as it is here; no read goes beyond the mark.
 */
final class UrgentReaderOfStack extends UrgentReader {
    private boolean isApart;
    private boolean isTaken;

    @Override
    void onSegment(Injected segment) {
        long told = segment.start() + segment.urgent() - 1;
        boolean old = segment.after() <= end;
        if (segment.has('U') && !ended && told >= (old ? end : next) && told > mark) {
            mark = told;
            isApart = false;
            isTaken = false;
            settle();
        }
    }

    @Override
    void onText() {
        settle();
    }

    private void settle() {
        if (mark == next && !inLine && end > next) {
            next++;
            isApart = !isTaken;
            mark = NONE;
        }
    }

    @Override
    int read(int most, boolean peek) {
        long n = Math.min(most, end - next);
        n = mark > next ? Math.min(n, mark - next) : n;
        if (n > 0 && !peek) {
            next += n;
            mark = mark < next ? NONE : mark;
            settle();
        }
        return (int) n;
    }

    @Override
    String readApart(boolean peek) {
        if (inLine || (!isApart && (isTaken || mark == NONE))) {
            return "recv = -1 EINVAL";
        }
        if (!isApart && end <= mark) {
            return "recv = -1 EAGAIN";
        }
        isApart = isApart && peek;
        isTaken = !peek;
        return "recv = 1";
    }

    @Override
    long queued() {
        return end - next;
    }

    @Override
    int events() {
        boolean urgent = isApart || (mark != NONE && !isTaken);
        return (end > next || ended || over ? READABLE : 0) | (urgent ? URGENT : 0);
    }
}
