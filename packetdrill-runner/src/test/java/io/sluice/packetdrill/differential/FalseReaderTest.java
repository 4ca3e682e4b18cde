package io.sluice.packetdrill.differential;

import static io.sluice.packetdrill.differential.Story.explained;
import static io.sluice.packetdrill.differential.Story.open;
import static io.sluice.packetdrill.differential.Story.pausing;
import static io.sluice.packetdrill.differential.Story.unexplained;

import org.junit.jupiter.api.Test;

/** As {@link FalseStackTest}, for what is read where urgent data has come: both have to do what their rules lead to. */
class FalseReaderTest {
    private static final String INQ = "ioctl(4, SIOCINQ, [0]) = 0";
    private static final String POLL = "poll([{fd=4, events=POLLIN|POLLOUT|POLLRDHUP|POLLPRI, revents=0}], 1, 0) = ...";
    private static final String APART = "recv(4, ..., 1, MSG_OOB)";
    private static final String NONE = "recv = -1 EINVAL; state 1";
    private static final String ONE = "recv = 1; state 1";

    private static Story plain() {
        return open().then("< P. 1:101(100) ack 1 win 60000", "> . 1:1(0) ack 101; state 1");
    }

    private static Story urgent(int pointer) {
        return open().then("< PU. 1:101(100) ack 1 win 60000 urg " + pointer, "> . 1:1(0) ack 101; state 1");
    }

    private static Story markInWhatHasCome() {
        return open().then("< . 1:537(536) ack 1 win 60000", "> . 1:1(0) ack 537; state 1")
                .then("< PU. 1:1001(1000) ack 1 win 60000 urg 1", "> . 1:1(0) ack 1001; state 1");
    }

    private static String read(int octets) {
        return "recv = " + octets + "; state 1";
    }

    @Test
    void octetsAreCountedToTheMarkByTheKernelOnly() {
        explained(Deviation.URGENT_TO_READ, urgent(50), INQ, "ioctl = [49]; state 1", "ioctl = [100]; state 1");
        unexplained(urgent(50), INQ, "ioctl = [49]; state 1", "ioctl = [99]; state 1");
        unexplained(urgent(50), INQ, "ioctl = [48]; state 1", "ioctl = [100]; state 1");
        unexplained(urgent(50), INQ, "ioctl = [100]; state 1", "ioctl = [49]; state 1");
        unexplained(urgent(50), INQ, "ioctl = [49]; state 1", "ioctl = [100]; > . 1:1(0) ack 101; state 1");
        unexplained(plain(), INQ, "ioctl = [100]; state 1", "ioctl = [99]; state 1");
    }

    @Test
    void aReadEndsAtTheMark() {
        unexplained(urgent(50), "recv(4, ..., 100, 0)", read(49), read(100));
        unexplained(urgent(50), "recv(4, ..., 100, 0)", read(100), read(49));
        explained(Deviation.URGENT_TO_READ, markInWhatHasCome(), "recv(4, ..., 5000, 0)", read(1000), read(999));
        unexplained(markInWhatHasCome(), "recv(4, ..., 5000, 0)", read(999), read(1000));
        unexplained(markInWhatHasCome(), "recv(4, ..., 5000, 0)", read(1000), read(998));
        Story beforeMark = urgent(50).then("recv(4, ..., 100, 0)", read(49));
        unexplained(beforeMark, "recv(4, ..., 100, 0)", read(50), read(51));
        Story moved = urgent(50).then("< PU. 101:201(100) ack 1 win 60000 urg 50", "> . 1:1(0) ack 201; state 1");
        unexplained(moved, "recv(4, ..., 500, 0)", read(149), read(150));
        unexplained(moved, "recv(4, ..., 500, 0)", read(149), read(49));
    }

    @Test
    void pollTellsOfWhatIsThere() {
        explained(Deviation.URGENT_TO_READ, urgent(110), POLL, "poll = 1 [5]; state 1", "poll = 1 [7]; state 1");
        unexplained(urgent(110), POLL, "poll = 1 [7]; state 1", "poll = 1 [5]; state 1");
        unexplained(urgent(110), POLL, "poll = 1 [5]; state 1", "poll = 1 [3]; state 1");
        unexplained(urgent(50), POLL, "poll = 1 [7]; state 1", "poll = 1 [5]; state 1");
        unexplained(plain(), POLL, "poll = 1 [5]; state 1", "poll = 1 [7]; state 1");
    }

    @Test
    void nothingIsMarkedInASegmentThatIsOld() {
        Story old = plain().then("< U. 1:101(100) ack 1 win 60000 urg 1", "> . 1:1(0) ack 101; state 1");
        unexplained(old, "recv(4, ..., 5000, 0)", read(100), read(99));
        unexplained(old, APART, NONE, ONE);
        explained(Deviation.URGENT_TO_READ, markInWhatHasCome(), APART, NONE, ONE);
    }

    @Test
    void aFinInThePlaceOfTextIsNone() {
        Story marked = open().then("< U. 1:1001(1000) ack 1 win 60000 urg 5", "> . 1:1(0) ack 1001; state 1")
                .then("< F. 1000:1000(0) ack 1 win 60000", "> . 1:1(0) ack 1001; state 1")
                .then("recv(4, ..., 10, 0)", "recv = 4; state 1")
                .then("< . 1001:1002(1) ack 1 win 60000", "> . 1:1(0) ack 1002; state 1");
        explained(Deviation.URGENT_TO_READ, marked, INQ, "ioctl = as written; state 1", "ioctl = [996]; state 1");
        unexplained(marked, INQ, "ioctl = as written; state 1", "ioctl = [997]; state 1");
    }

    @Test
    void theOctetIsReadApartOnce() {
        explained(Deviation.URGENT_TO_READ, markInWhatHasCome(), APART, NONE, ONE);
        unexplained(markInWhatHasCome(), APART, ONE, NONE);
        unexplained(markInWhatHasCome().then(APART, NONE), APART, NONE, ONE);
        unexplained(urgent(50), APART, ONE, NONE);
        unexplained(urgent(50).then(APART, ONE), APART, NONE, ONE);
        unexplained(plain(), APART, NONE, ONE);
        Story changed = urgent(1).then("setsockopt(4, SOL_SOCKET, SO_OOBINLINE, [1], 4)", "setsockopt = 0; state 1");
        explained(Deviation.URGENT_TO_READ, changed, "recv(4, ..., 200, 0)", read(100), read(99));
        unexplained(changed, "recv(4, ..., 200, 0)", read(100), read(98));
    }

    @Test
    void silenceIsNoReading() {
        Story closed = urgent(50).then("close(4)", "close = 0; > R. 1:1(0) ack 101");
        unexplained(closed, "< P. 101:111(10) ack 1 win 60000", "> R 1:1(0)", "");
        unexplained(closed, "< P. 101:111(10) ack 1 win 60000", "", "> R 1:1(0)");
    }

    @Test
    void onlyWhatIsUnreadResets() {
        Story one = open().then("< PU. 1:2(1) ack 1 win 60000 urg 1", "> . 1:1(0) ack 2; state 1");
        String resets = "close = 0; > R. 1:1(0) ack 2";
        String ends = "close = 0; > F. 1:1(0) ack 2";
        explained(Deviation.URGENT_TO_READ, one, "close(4)", resets, ends);
        unexplained(one, "close(4)", ends, resets);
        Story more = open().then("< PU. 1:3(2) ack 1 win 60000 urg 1", "> . 1:1(0) ack 3; state 1");
        unexplained(more, "close(4)", resets.replace("ack 2", "ack 3"), ends.replace("ack 2", "ack 3"));
        unexplained(plain(), "close(4)", "close = 0; > R. 1:1(0) ack 101", "close = 0; > F. 1:1(0) ack 101");
        Story sending = one.then("send(4, ..., 1, 0)", "send = 1; > . 1:2(1) ack 2; state 1");
        String ended = "close = 0; > F. 2:2(0) ack 2";
        String again = ended + "; > . 1:2(1) ack 2";
        String reset = "close = 0; > R. 2:2(0) ack 2";
        explained(Deviation.URGENT_TO_READ, sending, pausing("close(4)"), reset, again);
        unexplained(sending, "close(4)", reset, again);
        unexplained(sending, pausing("close(4)"), reset, ended + "; > . 2:3(1) ack 2");
        unexplained(sending, pausing("close(4)"), reset + "; > . 1:2(1) ack 2", ended);
    }

    @Test
    void nothingIsUrgentBeyondTheEnd() {
        Story ended = open().then("< F. 1:1(0) ack 1 win 60000", "> . 1:1(0) ack 2; state 8");
        Story urgent = ended.then("< U. 2:12(10) ack 1 win 60000 urg 5", "state 8");
        String one = "recv = 1; state 8";
        String none = "recv = -1 EINVAL; state 8";
        explained(Deviation.URGENT_TO_READ, urgent, APART, one, none);
        unexplained(urgent, APART, none, one);
        unexplained(urgent, APART, one, "recv = 0; state 8");
        unexplained(urgent, "recv(4, ..., 10, 0)", "recv = 0; state 8", "recv = 10; state 8");
        Story plain = open().then("< F. 1:1(0) ack 1 win 60000", "> . 1:1(0) ack 2; state 8");
        unexplained(plain, APART, one, none);
        Story waits = plain().delaying().then("< F. 101:101(0) ack 1 win 60000", "state 8");
        Story behind = waits.then("< U. 102:112(10) ack 1 win 60000 urg 5", "state 8");
        explained(Deviation.URGENT_TO_READ, behind, APART, one, none);
        unexplained(behind, APART, none, one);
        unexplained(behind, INQ, "ioctl = [110]; state 8", "ioctl = [100]; state 8");
    }

    @Test
    void afterAResetTheKernelHasNone() {
        Story reset = urgent(100).then("< R 101:101(0) win 0", "state 7");
        String unconnected = "recv = -1 ENOTCONN; state 7";
        explained(Deviation.URGENT_TO_READ, reset, APART, unconnected, "recv = 1; state 7");
        unexplained(reset, APART, "recv = 1; state 7", unconnected);
        unexplained(urgent(100), APART, unconnected.replace("7", "1"), ONE);
        Story told = urgent(100)
                .then("< R 101:101(0) win 0", "state 7")
                .then("send(3, ..., 1, 0)", "send = -1 EPIPE; state 10");
        explained(Deviation.URGENT_TO_READ, told, APART, unconnected, "recv = 1; state 7");
        unexplained(told, APART, "recv = 1; state 7", unconnected);
    }

    @Test
    void anotherConnectionHasOtherText() {
        Story another = urgent(50)
                .then("< R 101:101(0) win 0", "state 7")
                .then("< S 901:901(0) win 1000", "> S. 0:0(0) ack 902 <mss 1460>; state 7");
        explained(Deviation.URGENT_TO_READ, another, INQ, "ioctl = [49]; state 7", "ioctl = [100]; state 7");
        unexplained(another, INQ, "ioctl = [49]; state 7", "ioctl = as written; state 7");
        unexplained(another, INQ, "ioctl = [100]; state 7", "ioctl = [49]; state 7");
    }

    @Test
    void anOctetOfAHeaderIsNotTheUrgentOne() {
        String mark = "< PU. 1:11(10) ack 1 win 60000 urg %d";
        String ahead = "< P. 21:31(10) ack 1 win 60000";
        String answer = "> . 1:1(0) ack 11; state 1";
        Story close = open().then(String.format(mark, 20), answer).then(ahead, answer);
        String none = "recv = -1 EAGAIN; state 1";
        explained(Deviation.URGENT_TO_READ, close, APART, ONE, none);
        unexplained(close, APART, none, ONE);
        Story far = open().then(String.format(mark, 20), answer).then(ahead.replace("21:31", "61:71"), answer);
        unexplained(far, APART, ONE, none);
    }
}
