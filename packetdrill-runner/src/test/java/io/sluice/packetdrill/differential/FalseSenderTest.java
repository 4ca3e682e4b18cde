package io.sluice.packetdrill.differential;

import static io.sluice.packetdrill.differential.Story.CHALLENGE;
import static io.sluice.packetdrill.differential.Story.TS;
import static io.sluice.packetdrill.differential.Story.connecting;
import static io.sluice.packetdrill.differential.Story.explained;
import static io.sluice.packetdrill.differential.Story.open;
import static io.sluice.packetdrill.differential.Story.pausing;
import static io.sluice.packetdrill.differential.Story.sack;
import static io.sluice.packetdrill.differential.Story.sent;
import static io.sluice.packetdrill.differential.Story.unexplained;
import static io.sluice.packetdrill.differential.Story.withSack;

import org.junit.jupiter.api.Test;

/** As {@link FalseStackTest}, for how much is sent, when it is sent again, and what SACK blocks report. */
class FalseSenderTest {
    @Test
    void aHoleIsToldOfBeforeAFin() {
        Story held = withSack()
                .then("send(4, ..., 1, 0)", "send = 1; > . 1:2(1) ack 51 <nop,nop,TS val . ecr 2000>; state 1")
                .then("< . 51:51(0) ack 2 win 0" + TS + "2001 ecr 1>", "state 1")
                .then("shutdown(4, SHUT_WR)", "shutdown = 0; state 4");
        String ahead = "< P. 61:71(10) ack 2 win 60000" + TS + "2002 ecr 1>";
        String option = " <nop,nop,TS val . ecr 2000,nop,nop,sack 61:71>; ";
        String kernel = "> F. 2:2(0) ack 51" + option + "state 4";
        String stack = "> . 2:2(0) ack 51" + option + kernel;
        explained(Deviation.HOLE_TOLD_OF_BY_ITSELF, held, ahead, kernel, stack);
        unexplained(held, ahead, stack, kernel);
        unexplained(held, ahead, kernel, stack.replace("61:71", "60:71"));
        unexplained(held, ahead, kernel, stack.replaceFirst("61:71", "61:70"));
        unexplained(held, ahead, kernel, stack.replace("> F. 2:2(0)", "> F. 3:3(0)"));
        unexplained(held, ahead, kernel, stack.replace("state 4", "state 5"));
        unexplained(held, ahead, kernel, "> . 2:2(0) ack 51" + option + "state 4");
        unexplained(held, ahead.replace("61:71", "51:61"), kernel, stack);
    }

    private static final String RECV = "recv(4, ..., 1, 0)";
    private static final String NOTHING = "recv = -1 EAGAIN; ";

    @Test
    void nothingIsSentBeyondTheWindow() {
        String send = "send(4, ..., 100000, 0)";
        String sends = "send = 100000; > . 3001:60001(57000) ack 1; state 1";
        explained(
                Deviation.OTHER_SUPER_SEGMENTS,
                sent(),
                send,
                sends,
                "send = 100000; > . 3001:58721(55720) ack 1; state 1");
        unexplained(sent(), send, sends, "send = 100000; > . 3001:103001(100000) ack 1; state 1");
        unexplained(sent(), send, sends, "send = 100000; > . 3001:65537(62536) ack 1; state 1");
    }

    @Test
    void theWindowOfASynIsNotScaled() {
        Story scaled = connecting()
                .then("< S. 0:0(0) ack 1 win 1000 <mss 1460,nop,wscale 7>", "> . 1:1(0) ack 1; state 1")
                .then("send(3, ..., 10, 0)", "send = 10; > . 1:11(10) ack 1; state 1");
        String send = "send(3, ..., 2000, 0)";
        String sends = "send = 2000; > . 11:1001(990) ack 1; state 1";
        unexplained(scaled, send, sends, "send = 2000; > . 11:2011(2000) ack 1; state 1");
        scaled.then("< . 1:1(0) ack 1 win 1000", "state 1");
        explained(Deviation.OTHER_SUPER_SEGMENTS, scaled, send, sends, "send = 2000; > . 11:2011(2000) ack 1; state 1");
    }

    @Test
    void aWindowThatWasNotForWhatWasSentIsNone() {
        Story unsent = sent().then("< . 1:1(0) ack 90001 win 60000", "> . 3001:3001(0) ack 1; state 1");
        unexplained(
                unsent,
                "send(4, ..., 100000, 0)",
                "send = 100000; > . 3001:60001(57000) ack 1; state 1",
                "send = 100000; > . 3001:103001(100000) ack 1; state 1");
    }

    @Test
    void aProbeIsOneOctet() {
        Story closed = open("< S 0:0(0) win 0 <mss 1460>", "< . 1:1(0) ack 1 win 0")
                .then("send(4, ..., 3000, 0)", "send = 3000; state 1");
        String one = NOTHING + "> . 1:2(1) ack 1; state 1";
        String two = NOTHING + "> . 1:3(2) ack 1; state 1";
        unexplained(closed, pausing(RECV), one, two);
        Story small = open("< S 0:0(0) win 0 <mss 1460>", "< . 1:1(0) ack 1 win 10");
        unexplained(
                small,
                "send(4, ..., 20, 0)",
                "send = 20; > . 1:11(10) ack 1; state 1",
                "send = 20; > . 1:12(11) ack 1; state 1");
    }

    @Test
    void aTimeoutThatRepeatedAPartTellsWhenTheNextComes() {
        String again = NOTHING + "> . 1:1461(1460) ack 1; state 1";
        Story further = sentWithSack().waiting(RECV, again).then("< . 1:1(0) ack 2921 win 60000", "state 1");
        String rest = NOTHING + "> . 2921:3001(80) ack 1; state 1";
        explained(Deviation.TIMEOUT_PARTLY_REPEATED, further, pausing(RECV), NOTHING + "state 1", rest);
        unexplained(further, pausing(RECV), NOTHING + "state 1", again);
        unexplained(
                further,
                pausing(RECV),
                NOTHING + "state 1",
                NOTHING + "> . 2921:3001(80) ack 1; > . 3001:103001(100000) ack 1; state 1");
        Story without = sent().waiting(RECV, again).then("< . 1:1(0) ack 2921 win 60000", "state 1");
        unexplained(without, pausing(RECV), NOTHING + "state 1", rest);
        Story repeated = sentWithSack().waiting(RECV, again).then("< . 1:1(0) ack 1461 win 60000", "state 1");
        unexplained(repeated, pausing(RECV), NOTHING + "state 1", NOTHING + "> . 1461:2921(1460) ack 1; state 1");
    }

    @Test
    void onlyNewDataGoesPastNagle() {
        Story held = sent().waiting("send(4, ..., 100, 0)", "send = 100; > . 1:1461(1460) ack 1; state 1");
        String first = "< . 1:1(0) ack 1461 win 60000";
        String fresh = "> . 3001:3101(100) ack 1; state 1";
        explained(Deviation.F_RTO_PAST_NAGLE, held, first, fresh, "> . 1461:2921(1460) ack 1; state 1");
        unexplained(held, first, fresh, "> . 1:1461(1460) ack 1; state 1");
        unexplained(held, first, "> . 1461:2921(1460) ack 1; state 1", fresh);
        unexplained(held, "< . 1:1(0) ack 1 win 60000", fresh, "> . 1:1461(1460) ack 1; state 1");
    }

    @Test
    void windowsFromAheadAndOfOverlapAreWindows() {
        String send = "send(4, ..., 100000, 0)";
        Story ahead = open("< . 1:1(0) ack 1 win 0")
                .then("< . 101:111(10) ack 1 win 60000", CHALLENGE)
                .then("< P. 1:11(10) ack 1 win 0", "> . 1:1(0) ack 11; state 1");
        unexplained(ahead, send, "send = 100000; state 1", "send = 100000; > . 1:100001(100000) ack 11; state 1");
        Story overlap = open("< . 1:1(0) ack 1 win 0")
                .then("< P. 1:11(10) ack 1 win 0", "> . 1:1(0) ack 11; state 1")
                .then("< P. 6:21(15) ack 1 win 60000", "> . 1:1(0) ack 21; state 1");
        String sends = "send = 100000; > . 1:60001(60000) ack 21; state 1";
        explained(Deviation.WINDOW_OF_OVERLAP, overlap, send, "send = 100000; state 1", sends);
        unexplained(overlap, send, "send = 100000; state 1", "send = 100000; > . 1:100001(100000) ack 21; state 1");
        unexplained(overlap, send, "send = 100000; state 1", "send = 100000; > . 11:60001(59990) ack 21; state 1");
        Story unfinished = open("< . 1:1(0) ack 1 win 0")
                .then("< P. 1:11(10) ack 1 win 0", "> . 1:1(0) ack 11; state 1")
                .then("< P. 6:21(15) ack 1 win 60000", "> . 1:1(0) ack 21; state 1");
        String twice = "send = 10; > . 1:11(10) ack 21; > . 1:11(10) ack 21; state 1";
        String probe = "send = 10; > . 0:0(0) ack 21; state 1";
        explained(Deviation.WINDOW_OF_OVERLAP, unfinished, pausing("send(4, ..., 10, 0)"), probe, twice);
        unexplained(unfinished, "send(4, ..., 10, 0)", probe, twice);
        unexplained(unfinished, pausing("send(4, ..., 10, 0)"), probe, twice.replace("1:11", "2:12"));
        unexplained(unfinished, pausing("send(4, ..., 10, 0)"), probe.replace("0:0", "1:1"), twice);
        Story inOrder = open("< . 1:1(0) ack 1 win 0")
                .then("< P. 1:11(10) ack 1 win 0", "> . 1:1(0) ack 11; state 1")
                .then("< P. 11:21(10) ack 1 win 60000", "> . 1:1(0) ack 21; state 1");
        unexplained(inOrder, send, "send = 100000; state 1", sends);
    }

    @Test
    void urgentDataExplainsOnlyHowMuchIsSent() {
        String send = "send(4, ..., 100, 0)";
        String sends = "send = 100; > . 101:201(100) ack 1; state 1";
        Story urgent = open().then("send(4, ..., 100, MSG_OOB)", "send = 100; > .U 1:101(100) ack 1 urg 100; state 1");
        explained(Deviation.URGENT_TO_SEND, urgent, send, sends, "send = 100; state 1");
        unexplained(urgent, send, sends, "send = 100; > . 111:201(90) ack 1; state 1");
        unexplained(
                urgent,
                "send(4, ..., 100000, 0)",
                "send = 100000; > . 101:201(100) ack 1; state 1",
                "send = 100000; > . 101:100101(100000) ack 1; state 1");
        Story closed = open("< . 1:1(0) ack 1 win 0").then("send(4, ..., 3000, MSG_OOB)", "send = 3000; state 1");
        String four = "< P. 1:11(10) ack 1 win 4";
        String empty = "> .U 1:1(0) ack 11 urg 3000; state 1";
        explained(Deviation.URGENT_TO_SEND, closed, four, empty, "> .U 1:5(4) ack 11 urg 3000; state 1");
        unexplained(closed, four, empty, "> .U 1:5(4) ack 11 urg 2999; state 1");
        unexplained(closed, four, empty, "> .U 2:5(3) ack 11 urg 3000; state 1");
        unexplained(closed, four, "> .U 1:5(4) ack 11 urg 3000; state 1", empty);
        Story asked = sent().then("recv(4, ..., 1, MSG_OOB)", "recv = -1 EINVAL; state 1");
        String waits = "send = 100; state 1";
        explained(Deviation.OTHER_SUPER_SEGMENTS, asked, send, "send = 100; > . 3001:3101(100) ack 1; state 1", waits);
        String again = NOTHING + "> . 1:1461(1460) ack 1; state 1";
        explained(Deviation.RETRANSMISSION, asked, pausing(RECV), again, again.replace("1461(1460)", "1001(1000)"));
    }

    @Test
    void aProbeOfUrgentDataNeedsUrgentDataToSend() {
        String probe = NOTHING + "> . 0:0(0) ack 1; state 1";
        String both = NOTHING + "> .U 1:1(0) ack 1 urg 10; > . 0:0(0) ack 1; state 1";
        Story urgent = open("< . 1:1(0) ack 1 win 0").then("send(4, ..., 10, MSG_OOB)", "send = 10; state 1");
        explained(Deviation.URGENT_PROBE, urgent, pausing(RECV), both, probe);
        unexplained(urgent, pausing(RECV), probe, both);
        unexplained(urgent, pausing(RECV), both, NOTHING + "state 1");
        Story asked = open("< . 1:1(0) ack 1 win 0").then("recv(4, ..., 1, MSG_OOB)", "recv = -1 EINVAL; state 1");
        unexplained(asked, pausing(RECV), both, probe);
    }

    private static String text(String range) {
        return "< P. " + range + " ack 1 win 60000" + TS + "2000 ecr 1>";
    }

    @Test
    void sackBlocksTakeNoMoreThanTheirRoom() {
        String send = "send(4, ..., 3000, 0)";
        String sends = "send = 3000; > . 1:%d(%d) ack 51 <nop,nop,TS val . ecr 2000>; state 1";
        Story holding = withSack().then(text("61:71(10)"), sack("61:71"));
        String kernel = String.format(sends, 2801, 2800);
        explained(Deviation.SACK_TAKES_ROOM, holding, send, kernel, String.format(sends, 2897, 2896));
        unexplained(holding, send, String.format(sends, 2001, 2000), String.format(sends, 2897, 2896));
        unexplained(holding, send, String.format(sends, 2897, 2896), kernel);
        unexplained(withSack(), send, kernel, String.format(sends, 2897, 2896));
    }

    @Test
    void aDuplicateTakesTheRoomOfOneBlock() {
        Story closed = withSack().then("send(4, ..., 3000, 0)", "send = 3000; state 1");
        String again = text("1:51(50)");
        String sends = "> . 1:%d(%d) ack 51 <nop,nop,TS val . ecr 2000>; state 1";
        String kernel = String.format(sends, 2873, 2872);
        String stack = String.format(sends, 2897, 2896);
        explained(Deviation.SACK_TAKES_ROOM, closed, again, kernel, stack);
        unexplained(closed, again, stack, kernel);
        unexplained(closed, again, String.format(sends, 2801, 2800), stack);
        unexplained(closed, text("51:101(50)"), kernel, stack);
        String plain = "> . 1:%d(%d) ack 11; state 1";
        Story without = open("< . 1:1(0) ack 1 win 0")
                .then("< P. 1:11(10) ack 1 win 0", "> . 1:1(0) ack 11; state 1")
                .then("send(4, ..., 3000, 0)", "send = 3000; state 1");
        unexplained(
                without,
                "< P. 1:11(10) ack 1 win 60000",
                String.format(plain, 2873, 2872),
                String.format(plain, 2897, 2896));
    }

    @Test
    void aFinHoldsBackOnlyTheTextBeforeIt() {
        Story filled = open("< . 1:1(0) ack 1 win 100")
                .then("setsockopt(4, SOL_TCP, TCP_CORK, [1], 4)", "setsockopt = 0; state 1")
                .then("send(4, ..., 100, 0)", "send = 100; state 1");
        String shut = "shutdown(4, SHUT_WR)";
        String once = "shutdown = 0; > . 1:101(100) ack 1; state 4";
        String twice = "shutdown = 0; > . 1:101(100) ack 1; > . 1:101(100) ack 1; state 4";
        String nothing = "shutdown = 0; state 4";
        explained(Deviation.FIN_WITHOUT_ROOM, filled, pausing(shut), once, twice);
        explained(Deviation.FIN_WITHOUT_ROOM, filled, shut, nothing, once);
        unexplained(filled, pausing(shut), twice, once);
        unexplained(filled, shut, once, twice);
        unexplained(filled, shut, nothing, once.replace("> . 1:101", "> F. 1:101"));
        unexplained(filled, pausing(shut), once, twice.replace("; > . 1:101(100) ack 1;", "; > . 11:101(90) ack 1;"));
        Story roomy = open("< . 1:1(0) ack 1 win 101").then("send(4, ..., 100, 0)", "send = 100; state 1");
        unexplained(roomy, pausing(shut), once, twice);
        unexplained(filled, pausing("send(4, ..., 1, 0)"), once.replace("4", "1"), twice.replace("4", "1"));
    }

    @Test
    void nothingIsReportedThatNeverCame() {
        String fin = "< F. 61:71(10) ack 1 win 60000" + TS + "2000 ecr 1>";
        explained(Deviation.SACK_OF_FIN, withSack(), fin, sack("61:72"), sack("61:71"));
        unexplained(withSack(), fin, sack("61:72"), sack("51:72"));
        unexplained(withSack(), fin, sack("61:72"), sack("61:73"));
        Story joined = withSack().then(text("61:71(10)"), sack("61:71")).then(text("71:81(10)"), sack("61:81"));
        String again = text("61:71(10)");
        explained(Deviation.SACK_OF_TEXT_AHEAD, joined, again, sack("61:81"), sack("61:71 61:81"));
        unexplained(joined, again, sack("61:81"), sack("61:66 61:81"));
        unexplained(joined, again, sack("61:71 61:81"), sack("61:81"));
        unexplained(joined, text("91:101(10)"), sack("61:81"), sack("91:101 61:81"));
        String partly = text("76:91(15)");
        explained(Deviation.SACK_OF_TEXT_AHEAD, joined, partly, sack("61:91"), sack("76:81 61:91"));
        unexplained(joined, partly, sack("61:91"), sack("76:91 61:91"));
        unexplained(joined, partly, sack("61:91"), sack("61:71 61:91"));
    }

    @Test
    void aDuplicateIsReportedAtOnce() {
        String plain = "> . 1:1(0) ack 61 <nop,nop,TS val . ecr 2000>; state 1";
        String late = "> . 1:1(0) ack 61 <nop,nop,TS val . ecr 2000,nop,nop,sack 1:51>; state 1";
        String next = text("51:61(10)");
        String again = text("1:51(50)");
        unexplained(withSack().then(again, sack("1:51")), next, plain, late);
        Story full = withSack().then(again, "> . 1:1449(1448) ack 51 <nop,nop,TS val . ecr 2000>; state 1");
        unexplained(full, next, plain.replace("1:1(0)", "1449:1449(0)"), late.replace("1:1(0)", "1449:1449(0)"));
    }

    @Test
    void afterACloseOnlyTheKernelLacksBlocks() {
        String plain = "> . 2:2(0) ack 51 <nop,nop,TS val . ecr 2000>";
        String block = "> . 2:2(0) ack 51 <nop,nop,TS val . ecr 2000,nop,nop,sack %s>";
        Story closed = withSack().then("close(4)", "close = 0; > F. 1:1(0) ack 51 <nop,nop,TS val . ecr 2000>");
        String early = text("61:71(10)");
        unexplained(closed, early, plain, String.format(block, "61:71"));
        closed.then("< . 51:51(0) ack 2 win 60000" + TS + "2000 ecr 1>", "");
        String ahead = early.replace("ack 1", "ack 2");
        explained(Deviation.SACK_AFTER_CLOSE, closed, ahead, plain, String.format(block, "61:71"));
        unexplained(closed, ahead, plain, String.format(block, "51:71"));
        unexplained(closed, ahead, String.format(block, "61:71"), plain);
    }

    @Test
    void theWindowIsTheLastOneThatWasTold() {
        String send = "send(4, ..., 100000, 0)";
        String sends = "send = 100000; > . 3001:%d(%d) ack 11; state 1";
        Story smaller = sent().then("< P. 1:11(10) ack 1 win 4000", "> . 3001:3001(0) ack 11; state 1");
        String kernel = String.format(sends, 4001, 1000);
        explained(Deviation.OTHER_SUPER_SEGMENTS, smaller, send, kernel, String.format(sends, 3541, 540));
        unexplained(smaller, send, kernel, String.format(sends, 4002, 1001));
        unexplained(smaller, send, kernel, String.format(sends, 60_001, 57_000));
        Story older = smaller.then("< . 0:0(0) ack 1 win 60000", "> . 3001:3001(0) ack 11; state 1");
        unexplained(older, send, kernel, String.format(sends, 60_001, 57_000));
    }

    @Test
    void aSmallWindowIsFilledAtOnce() {
        Story small = open("< . 1:1(0) ack 1 win 1");
        Step send = pausing("send(4, ..., 3000, 0)");
        String once = "send = 3000; > . 1:2(1) ack 1; state 1";
        String twice = "send = 3000; > . 1:2(1) ack 1; > . 1:2(1) ack 1; state 1";
        explained(Deviation.OTHER_SUPER_SEGMENTS, small, send, once, twice);
        unexplained(small, send, twice, once);
        unexplained(small, send, once, twice.replace("1:2(1)", "1:3(2)"));
        unexplained(small, pausing("send(4, ..., 1, 0)"), once.replace("3000", "1"), twice.replace("3000", "1"));
        unexplained(open("< . 1:1(0) ack 1 win 2"), send, once, twice);
    }

    @Test
    void onlyWhatIsFirstCannotHaveBeenReported() {
        Story agreed = sentWithSack();
        String once = NOTHING + "> . 1:1461(1460) ack 1; state 1";
        String twice = NOTHING + "> . 1:1461(1460) ack 1; > . 1:1461(1460) ack 1; state 1";
        unexplained(agreed, pausing(RECV), twice, once);
        Story first = agreed.then("< . 1:1(0) ack 1 win 60000 <nop,nop,sack 1461:3001 1:1461>", "state 1");
        explained(Deviation.FIRST_REPORTED, first, pausing(RECV), twice, once);
        unexplained(first, pausing(RECV), once, twice);
        unexplained(first, RECV, once, NOTHING + "state 1");
        Story second = sentWithSack().then("< . 1:1(0) ack 1 win 60000 <nop,nop,sack 1461:3001>", "state 1");
        unexplained(second, pausing(RECV), twice, once);
    }

    @Test
    void aCorkHoldsBackLessThanASegmentOfEither() {
        Story holding = withSack().then(text("61:71(10)"), sack("61:71"));
        String send = "send(4, ..., 2890, 0)";
        String sends = "send = 2890; > . 1:%d(%d) ack 51 <nop,nop,TS val . ecr 2000>; state 1";
        String two = String.format(sends, 2873, 2872);
        String one = String.format(sends, 1449, 1448);
        unexplained(holding, send, two, one); // nothing holds it back
        holding.then("setsockopt(4, SOL_TCP, TCP_CORK, [1], 4)", "setsockopt = 0; state 1");
        explained(Deviation.SACK_TAKES_ROOM, holding, send, two, one);
        unexplained(holding, send, one, two);
        unexplained(holding, send, two.replace("2873(2872)", "2874(2873)"), one);
        unexplained(holding, send, two, one.replace("1449(1448)", "1448(1447)"));
        unexplained(holding, send, two, "send = 2890; state 1");
        Story open = withSack().then("setsockopt(4, SOL_TCP, TCP_CORK, [1], 4)", "setsockopt = 0; state 1");
        unexplained(open, send, two, one);
        holding.then("setsockopt(4, SOL_TCP, TCP_CORK, [0], 4)", "setsockopt = 0; state 1");
        unexplained(holding, send, two, one);
    }

    @Test
    void textInThePlaceOfAFinIsADuplicateOfNone() {
        Story ended = withSack().then("< F. 61:61(0) ack 1 win 60000" + TS + "2000 ecr 1>", sack("61:62"));
        String text = text("61:62(1)");
        String once = sack("61:62");
        String twice = sack("61:62 61:62");
        explained(Deviation.SACK_OF_FIN, ended, text, twice, once);
        unexplained(ended, text, once, twice);
        unexplained(ended, text, sack("61:63 61:62"), once);
        unexplained(ended, text, twice, sack("61:63"));
        unexplained(ended, text, sack("51:62 61:62"), once);
        Story told = withSack().then(text("61:62(1)"), once);
        unexplained(told, text, twice, once); // of which it is one
        unexplained(ended, text("62:63(1)"), sack("62:63 61:63"), sack("61:63"));
    }

    @Test
    void theUsersSegmentSizeIsKeptTo() {
        String send = "send(4, ..., 3000, 0)";
        String kernel = "send = 3000; > . 1:2681(2680) ack 1; state 1";
        String stack = "send = 3000; > . 1:2501(2500) ack 1; state 1";
        explained(Deviation.MAXIMUM_WITHOUT_OPTION, limited(500, ""), send, kernel, stack);
        unexplained(limited(500, ""), send, stack, kernel);
        unexplained(limited(500, ""), send, kernel, stack.replace("2501(2500)", "2502(2501)"));
        unexplained(limited(500, " <mss 536>"), send, kernel, stack);
        unexplained(limited(1200, ""), send, kernel, stack);
        Story opened = new Story()
                .then("socket(..., SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP) = 3", "socket = as written; state 7")
                .then("setsockopt(3, SOL_TCP, TCP_MAXSEG, [1200], 4)", "setsockopt = 0; state 7")
                .then("connect(3, ..., ...)", "connect = -1 EINPROGRESS; > S 0:0(0) <mss 1200>; state 2")
                .then("< S. 0:0(0) ack 1 win 65535", "> . 1:1(0) ack 1; state 1");
        String eight = "send(3, ..., 8000, 0)";
        String all = "send = 8000; > . 1:8001(8000) ack 1; state 1";
        String ten = "send = 8000; > . 1:5361(5360) ack 1; state 1";
        explained(Deviation.MAXIMUM_WITHOUT_OPTION, opened, eight, all, ten);
        unexplained(opened, eight, ten, all);
        unexplained(opened, eight, all.replace("8001(8000)", "6900(6899)"), ten);
        Story asking = new Story() // for timestamps, to which the other side does not agree
                .then("socket(..., SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP) = 3", "socket = as written; state 7")
                .then("setsockopt(3, SOL_TCP, TCP_MAXSEG, [1200], 4)", "setsockopt = 0; state 7")
                .then("connect(3, ..., ...)", "connect = -1 EINPROGRESS; > S 0:0(0) <TS val . ecr 0>; state 2")
                .then("< S. 0:0(0) ack 1 win 65535", "> . 1:1(0) ack 1; state 1");
        explained(Deviation.MAXIMUM_WITHOUT_OPTION, asking, eight, all, ten);
        unexplained(asking, eight, all, ten.replace("5361(5360)", "5241(5240)")); // as if of 524
    }

    private static Story sentWithSack() {
        return open("< S 0:0(0) win 65535 <mss 1460,nop,nop,sackOK>", "< . 1:1(0) ack 1 win 60000")
                .then("send(4, ..., 3000, 0)", "send = 3000; > . 1:3001(3000) ack 1; state 1");
    }

    private static Story limited(int size, String option) {
        return new Story()
                .then("socket(..., SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP) = 3", "socket = as written; state 7")
                .then("setsockopt(3, SOL_TCP, TCP_MAXSEG, [" + size + "], 4)", "setsockopt = 0; state 7")
                .then("bind(3, ..., ...) = 0", "bind = as written; state 7")
                .then("listen(3, 5) = 0", "listen = as written; state 10")
                .then("< S 0:0(0) win 65535" + option, "> S. 0:0(0) ack 1 <mss 500>; state 10")
                .then("< . 1:1(0) ack 1 win 60000", "state 10")
                .then("accept(3, ..., ...) = 4", "accept = as written; state 1");
    }
}
