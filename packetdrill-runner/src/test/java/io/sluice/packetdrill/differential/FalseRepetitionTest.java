package io.sluice.packetdrill.differential;

import static io.sluice.packetdrill.differential.Story.CHALLENGE;
import static io.sluice.packetdrill.differential.Story.TS;
import static io.sluice.packetdrill.differential.Story.explained;
import static io.sluice.packetdrill.differential.Story.open;
import static io.sluice.packetdrill.differential.Story.pausing;
import static io.sluice.packetdrill.differential.Story.sent;
import static io.sluice.packetdrill.differential.Story.unexplained;

import org.junit.jupiter.api.Test;

/** As {@link FalseStackTest}, for what is sent again, and when, and after windows that were taken back. */
class FalseRepetitionTest {
    private static final String RECV = "recv(4, ..., 1, 0)";
    private static final String NOTHING = "recv = -1 EAGAIN; ";
    private static final String OPTION = " <nop,nop,TS val . ecr 1001>";
    private static final String FIRST = " > . 1:1449(1448) ack 1" + OPTION + "; state 1";

    @Test
    void aTimeoutRepeatsFromTheBeginning() {
        String again = NOTHING + "> . 1:1461(1460) ack 1; state 1";
        explained(Deviation.RETRANSMISSION, sent(), pausing(RECV), again, NOTHING + "> . 1:1001(1000) ack 1; state 1");
        unexplained(sent(), pausing(RECV), again, NOTHING + "> . 101:1461(1360) ack 1; state 1");
        unexplained(sent(), pausing(RECV), again, NOTHING + "state 1");
        unexplained(sent(), pausing(RECV), again, NOTHING + "> . 1:1461(1460) ack 2; state 1");
        unexplained(sent(), pausing(RECV), again, again.replace("; state", "; > . 3001:103001(100000) ack 1; state"));
        unexplained(sent(), RECV, again, NOTHING + "state 1");
    }

    @Test
    void onlyAPartOfASegmentLetsATimerGoOn() {
        String again = NOTHING + "> . 1:1461(1460) ack 1; state 1";
        String rest = NOTHING + "> . 100:1461(1361) ack 1; state 1";
        String quiet = NOTHING + "state 1";
        Story part = sent().waiting(RECV, again).then("< . 1:1(0) ack 100 win 60000", "state 1");
        explained(Deviation.PART_OF_A_SEGMENT, part, pausing(RECV), rest, quiet);
        unexplained(part, pausing(RECV), quiet, rest);
        unexplained(part, pausing(RECV), again, quiet);
        unexplained(part, RECV, rest, quiet);
        Story whole = sent().waiting(RECV, again).then("< . 1:1(0) ack 1461 win 60000", "state 1");
        unexplained(whole, pausing(RECV), NOTHING + "> . 1461:2921(1460) ack 1; state 1", quiet);
        unexplained(sent(), pausing(RECV), again, quiet);
    }

    /** 1,448 octets and 12 have been sent, and the former again. */
    private static Story timedOut() {
        return open("< S 0:0(0) win 65535 <mss 9000,nop,nop,TS val 1001 ecr 0>", "< . 1:1(0) ack 1 win 60000")
                .waiting("send(4, ..., 1460, 0)", "send = 1460; > . 1:1461(1460) ack 1" + OPTION + ";" + FIRST);
    }

    @Test
    void afterATimeoutAPartOfASegmentTellsARoundTrip() {
        Step part = pausing("< . 1:1(0) ack 461 win 60000" + TS + "1004 ecr 2147418113>");
        String goesOn = "> . 1449:1461(12) ack 1" + OPTION + "; ";
        String again = "> . 461:1461(1000) ack 1" + OPTION + "; ";
        String quiet = "state 1";
        explained(Deviation.PART_OF_A_SEGMENT, timedOut(), part, quiet, goesOn + again + quiet);
        unexplained(timedOut(), part, goesOn + again + quiet, quiet);
        unexplained(timedOut(), part, quiet, again + again + quiet);
        unexplained(timedOut(), part, quiet, goesOn + again.replace("461:1461(1000)", "1:1461(1460)") + quiet);
        unexplained(timedOut(), part, quiet, goesOn + again.replace("461:1461(1000)", "462:1461(999)") + quiet);
        unexplained(timedOut(), part, quiet, goesOn + again + goesOn.replace("1449:1461", "1461:1473") + quiet);
        Step whole = pausing("< . 1:1(0) ack 1449 win 60000" + TS + "1004 ecr 2147418113>");
        unexplained(timedOut(), whole, quiet, goesOn + goesOn + quiet);
        unexplained(timedOut(), part.waiting(60_000_000), quiet, goesOn + again + quiet);
        Story without = sent().waiting(RECV, NOTHING + "> . 1:1461(1460) ack 1; state 1"); // Karn: no round trip
        Step late = pausing("< . 1:1(0) ack 461 win 60000");
        unexplained(without, late, quiet, "> . 1461:1500(39) ack 1; > . 461:1921(1460) ack 1; state 1");
    }

    @Test
    void howMuchIsRepeatedIsTheSame() {
        Story timedOut = open("< S 0:0(0) win 65535 <mss 1460,nop,nop,sackOK>", "< . 1:1(0) ack 1 win 60000")
                .then("< S 13:13(0) win 1000", CHALLENGE)
                .then("send(4, ..., 2460, 0)", "send = 2460; > . 1:2461(2460) ack 1; state 1")
                .waiting(RECV, NOTHING + "> . 1:1461(1460) ack 1; state 1");
        String part = "< . 1:1(0) ack 1001 win 60000";
        String rest = "> . 1461:2461(1000) ack 1; state 1";
        unexplained(timedOut, part, "state 1", rest);
        unexplained(timedOut, part, rest, "state 1");
        unexplained(timedOut, part, "state 1", rest.replace("1461:2461(1000)", "1561:2461(900)"));
        unexplained(timedOut, part, "state 1", rest.replace("1461:2461(1000)", "1461:3000(1539)"));
        Story small = open("< S 0:0(0) win 65535", "< . 1:1(0) ack 1 win 60000")
                .then("send(4, ..., 2460, 0)", "send = 2460; > . 1:2461(2460) ack 1; state 1")
                .waiting(RECV, NOTHING + "> . 1:537(536) ack 1; state 1");
        unexplained(small, part.replace("1001", "401"), "state 1", "> . 537:1537(1000) ack 1; state 1");
    }

    @Test
    void aPartOfASegmentOpensTheWindowAlike() {
        Story timedOut = open("< S 0:0(0) win 65535 <mss 536>", "< . 1:1(0) ack 1 win 60000")
                .then("send(4, ..., 1460, 0)", "send = 1460; > . 1:1461(1460) ack 1; state 1")
                .waiting(RECV, NOTHING + "> . 1:537(536) ack 1; state 1");
        String part = "< . 1:1(0) ack 471 win 60000";
        String quiet = "state 1";
        String two =
                "> . 537:1461(924) ack 1; state 1"; // there is room for 536 + 470, less the 66 that are on their way
        unexplained(timedOut, part, quiet, two);
        unexplained(timedOut, part, two, quiet);
        unexplained(timedOut, part.replace("471", "431"), quiet, two);
        unexplained(timedOut, part, quiet, two.replace("537:1461(924)", "538:1461(923)"));
    }

    @Test
    void onlyWhatBothRepeatIsJoined() {
        Story closing = open().waiting("send(4, ..., 1, 0)", "send = 1; > . 1:2(1) ack 1; > . 1:2(1) ack 1; state 1")
                .then("shutdown(4, SHUT_WR)", "shutdown = 0; state 4");
        String again = NOTHING + "> . 1:2(1) ack 1; state 4";
        explained(Deviation.RETRANSMISSION, closing, pausing(RECV), again.replace("> .", "> F."), again);
        Story idle = open().waiting("send(4, ..., 1, 0)", "send = 1; > . 1:2(1) ack 1; state 1")
                .then("< . 1:1(0) ack 2 win 60000", "state 1");
        unexplained(idle, "send(4, ..., 9, 0)", "send = 9; > . 2:11(9) ack 1; state 1", "send = 9; state 1");
    }

    @Test
    void afterATimeoutTheWindowIsOfOctets() {
        String all = "send = 1460; > . 1461:2921(1460) ack 1; state 1";
        String less = "send = 1460; > . 1461:2909(1448) ack 1; state 1";
        Story before = open().then("send(4, ..., 1460, 0)", "send = 1460; > . 1:1461(1460) ack 1; state 1");
        Story after = open().waiting(
                        "send(4, ..., 1460, 0)",
                        "send = 1460; > . 1:1461(1460) ack 1; > . 1:1461(1460) ack 1; state 1");
        String rest = "< . 1:1(0) ack 1461 win 60000";
        explained(Deviation.OTHER_SUPER_SEGMENTS, after.then(rest, "state 1"), "send(4, ..., 1460, 0)", all, less);
        unexplained(before.then(rest, "state 1"), "send(4, ..., 1460, 0)", all, less);
    }

    @Test
    void fewDuplicatesComeWithoutSack() {
        String duplicate = "< . 1:1(0) ack 1 win 60000";
        String again = "> . 1:11(10) ack 1; state 1";
        String quiet = "state 1";
        Story once = duplicateOf(open()).then("send(4, ..., 10, 0)", "send = 10; > . 11:21(10) ack 1; state 1");
        explained(Deviation.FEW_DUPLICATES, once, duplicate, again, quiet);
        unexplained(once, duplicate, quiet, again);
        unexplained(once, duplicate, "> . 11:21(10) ack 1; state 1", quiet);
        unexplained(once, "< P. 1:2(1) ack 1 win 60000", "> . 1:11(10) ack 2; state 1", "> . 21:21(0) ack 2; state 1");
        unexplained(once.then(duplicate, quiet), duplicate, again, quiet); // the third
        Story first = open().then("send(4, ..., 10, 0)", "send = 10; > . 1:11(10) ack 1; state 1");
        unexplained(first, duplicate, again, quiet);
        Story agreed = open("< S 0:0(0) win 65535 <mss 1460,nop,nop,sackOK>", "< . 1:1(0) ack 1 win 60000");
        unexplained(duplicateOf(agreed), duplicate, again, quiet);
    }

    @Test
    void aThirdDuplicateRepeatsTheOnlySegment() {
        String duplicate = "< . 1:1(0) ack 1 win 60000";
        String again = "> . 1:11(10) ack 1; state 1";
        String quiet = "state 1";
        Story third = duplicateOf(open()).then(duplicate, quiet);
        explained(Deviation.FEW_DUPLICATES, third, duplicate, quiet, again);
        unexplained(third, duplicate, quiet, "> . 2:11(9) ack 1; state 1");
        unexplained(duplicateOf(open()), duplicate, quiet, again);
        unexplained(third.then(duplicate, quiet), duplicate, quiet, again);
        Story two = sent().then(duplicate, quiet).then(duplicate, quiet);
        unexplained(two, duplicate, quiet, "> . 1:1461(1460) ack 1; state 1");
        Story agreed = open("< S 0:0(0) win 65535 <mss 1460,nop,nop,sackOK>", "< . 1:1(0) ack 1 win 60000");
        unexplained(duplicateOf(agreed).then(duplicate, quiet), duplicate, quiet, again);
    }

    private static Story duplicateOf(Story story) {
        return story.then("send(4, ..., 10, 0)", "send = 10; > . 1:11(10) ack 1; state 1")
                .then("< . 1:1(0) ack 1 win 60000", "state 1");
    }

    @Test
    void aShrunkWindowGivesTheKernelsAcknowledgmentAnotherNumber() {
        Story shrunk = open().then("send(4, ..., 1000, 0)", "send = 1000; > . 1:1001(1000) ack 1; state 1")
                .then("< . 1:1(0) ack 601 win 100", "state 1");
        Step syn = pausing("< S 5:5(0) win 60000");
        String kernel = "> . 701:701(0) ack 1; > . 601:1001(400) ack 1; state 1";
        String stack = "> . 1001:1001(0) ack 1; > . 601:989(388) ack 1; state 1";
        explained(Deviation.RETRANSMISSION, shrunk, syn, kernel, stack);
        unexplained(shrunk, syn, stack, kernel);
        unexplained(shrunk, syn, kernel.replace("701:701", "801:801"), stack);
        unexplained(shrunk, syn, kernel, stack.replace("601:989(388)", "602:989(387)"));
    }

    @Test
    void afterShrinkingTheStackGoesOnFromTheEnd() {
        Story begun = sent().then("< P. 1:2(1) ack 1 win 60000", "> . 3001:3001(0) ack 2; state 1");
        String data = "< P. 2:3(1) ack 1 win 1000";
        String kernel = "> . 1001:1001(0) ack 3; state 1";
        String stack = "> . 3001:3001(0) ack 3; state 1";
        explained(Deviation.SEQUENCE_AFTER_SHRINKING, begun, data, kernel, stack);
        unexplained(begun, data, kernel, "> . 2001:2001(0) ack 3; state 1");
        unexplained(begun, data, kernel, "> . 3001:3001(0) ack 2; state 1");
        unexplained(begun, data, "> . 1500:1500(0) ack 3; state 1", stack);
        unexplained(begun, data, stack, kernel);
        // only a window that the kernel goes by: not one that it did not take back, nor one from before
        unexplained(
                sent(),
                "< P. 1:2(1) ack 1 win 1000",
                kernel.replace("ack 3", "ack 2"),
                stack.replace("ack 3", "ack 2"));
        Story twice = begun.then(data, kernel);
        String more = "< P. 3:4(1) ack 1 win 2000";
        explained(
                Deviation.SEQUENCE_AFTER_SHRINKING,
                twice,
                more,
                "> . 2001:2001(0) ack 4; state 1",
                stack.replace("ack 3", "ack 4"));
        unexplained(twice, more, "> . 1001:1001(0) ack 4; state 1", stack.replace("ack 3", "ack 4"));
        Story urgent = open().then(
                        "send(4, ..., 1000, MSG_OOB)", "send = 1000; > .U 1:1001(1000) ack 1 urg 1000; state 1")
                .then("< . 1:1(0) ack 501 win 0", "state 1");
        String reset = "close = 0; > R.U 501:501(0) ack 1 urg 500";
        explained(Deviation.SEQUENCE_AFTER_SHRINKING, urgent, "close(4)", reset, "close = 0; > R. 1001:1001(0) ack 1");
        unexplained(urgent, "close(4)", reset, "close = 0; > R. 1000:1000(0) ack 1");
        unexplained(sent(), data, kernel, "> . 2999:2999(0) ack 3; state 1");
    }
}
