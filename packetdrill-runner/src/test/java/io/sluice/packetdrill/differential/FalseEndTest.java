package io.sluice.packetdrill.differential;

import static io.sluice.packetdrill.differential.Story.connecting;
import static io.sluice.packetdrill.differential.Story.explained;
import static io.sluice.packetdrill.differential.Story.open;
import static io.sluice.packetdrill.differential.Story.unexplained;

import org.junit.jupiter.api.Test;

/** As {@link FalseStackTest}, for the end of a connection: what waits, and what is answered while urgent data does. */
class FalseEndTest {
    private static final String QUEUE = "ioctl(4, SIOCOUTQ, [0]) = 0";
    private static final String NONE = "ioctl = as written; state 7";
    private static final String RESET = "< R 1:1(0) win 0";

    private static Story sent() {
        return open().then("send(4, ..., 10, 0)", "send = 10; > . 1:11(10) ack 1; state 1");
    }

    private static String waiting(int octets) {
        return "ioctl = [" + octets + "]; state 7";
    }

    @Test
    void theQueueIsWhatWasNotAcknowledged() {
        Story over = sent().then(RESET, "state 7");
        explained(Deviation.QUEUE_AFTER_THE_END, over, QUEUE, waiting(10), NONE);
        unexplained(over, QUEUE, NONE, waiting(10));
        unexplained(over, QUEUE, waiting(11), NONE);
        unexplained(over, QUEUE, waiting(9), NONE);
        unexplained(over, QUEUE, waiting(10), "ioctl = [5]; state 7");
        unexplained(sent(), QUEUE, "ioctl = [10]; state 1", "ioctl = as written; state 1");
        Story partly = sent().then("< . 1:1(0) ack 6 win 60000", "state 1").then(RESET, "state 7");
        explained(Deviation.QUEUE_AFTER_THE_END, partly, QUEUE, waiting(5), NONE);
        unexplained(partly, QUEUE, waiting(10), NONE);
        Story shut = sent().then("shutdown(4, SHUT_WR)", "shutdown = 0; > F. 11:11(0) ack 1; state 4")
                .then(RESET, "state 7");
        explained(Deviation.QUEUE_AFTER_THE_END, shut, QUEUE, waiting(11), NONE);
        unexplained(shut, QUEUE, waiting(10), NONE);
        unexplained(open().then(RESET, "state 7"), QUEUE, waiting(10), NONE);
    }

    @Test
    void anAttemptThatWasGivenUpLeavesNumbersOut() {
        Story over = connecting().then("shutdown(3, SHUT_WR)", "shutdown = 0; state 7");
        String queue = QUEUE.replace("4", "3");
        explained(Deviation.QUEUE_AFTER_THE_END, over, queue, waiting(3), NONE);
        unexplained(over, queue, waiting(2), NONE);
        unexplained(over, queue, NONE, waiting(3));
        unexplained(connecting().then("< R. 0:0(0) ack 1 win 0", "state 7"), queue, waiting(3), NONE);
    }

    @Test
    void whatComesAfterTheEndAcknowledgesNothing() {
        Story over = sent().then(RESET, "state 7").then("< . 1:1(0) ack 11 win 60000", "> R 11:11(0); state 7");
        explained(Deviation.QUEUE_AFTER_THE_END, over, QUEUE, waiting(10), NONE);
        over.then("send(3, ..., 10, 0)", "send = -1 EPIPE; state 10"); // the state is that of another socket
        explained(Deviation.QUEUE_AFTER_THE_END, over, QUEUE, waiting(10), NONE);
        unexplained(over, QUEUE, waiting(20), NONE);
        Story next = sent().then(RESET, "state 7")
                .then("< S 101:101(0) win 1000", "> S. 0:0(0) ack 102 <mss 1460>; state 7");
        explained(Deviation.QUEUE_AFTER_THE_END, next, QUEUE, waiting(10), NONE); // of the one that is over
        unexplained(next, QUEUE, waiting(11), NONE);
    }

    @Test
    void aChallengeTellsOfUrgentData() {
        Story waits = open().then("send(4, ..., 1000, 0)", "send = 1000; > . 1:1001(1000) ack 1; state 1")
                .then("< . 1:1(0) ack 1001 win 0", "state 1")
                .then("send(4, ..., 1460, MSG_OOB)", "send = 1460; state 1");
        String reset = "< R 0:10(10) win 0";
        String challenge = "> .U 1001:1001(0) ack 1 urg 1460; state 1";
        explained(Deviation.RESET_WITH_TEXT, waits, reset, challenge, "state 1");
        unexplained(waits, reset, "state 1", challenge);
        unexplained(waits, reset, challenge.replace("urg 1460", "urg 1459"), "state 1");
        unexplained(waits, reset, challenge.replace("1001:1001", "1000:1000"), "state 1");
        unexplained(waits, reset, challenge.replace("ack 1 ", "ack 2 "), "state 1");
        unexplained(waits, reset, "> . 1001:1001(0) ack 1; state 1", "state 1"); // which it has to tell of
        unexplained(waits, "< R 0:0(0) win 0", challenge, "state 1");
        Story none = open().then("send(4, ..., 1000, 0)", "send = 1000; > . 1:1001(1000) ack 1; state 1");
        unexplained(none, reset, challenge, "state 1");
        explained(Deviation.RESET_WITH_TEXT, none, reset, "> . 1001:1001(0) ack 1; state 1", "state 1");
    }
}
