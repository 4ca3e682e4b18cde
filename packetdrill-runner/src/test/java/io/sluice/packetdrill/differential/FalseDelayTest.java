package io.sluice.packetdrill.differential;

import static io.sluice.packetdrill.differential.Story.explained;
import static io.sluice.packetdrill.differential.Story.open;
import static io.sluice.packetdrill.differential.Story.pausing;
import static io.sluice.packetdrill.differential.Story.unexplained;

import org.junit.jupiter.api.Test;

/** As {@link FalseStackTest}, where acknowledgments may wait: which may, and which may not. */
class FalseDelayTest {
    private static final String QUIET = "state 1";
    private static final String NOTHING = "recv = -1 EAGAIN; state ";

    private static Story answering() {
        return open("< S 0:0(0) win 65535 <mss 1460,nop,nop,sackOK>", "< . 1:1(0) ack 1 win 60000")
                .then("send(4, ..., 10, 0)", "send = 10; > . 1:11(10) ack 1; state 1");
    }

    private static String text(String range) {
        return "< P. " + range + " ack 11 win 60000";
    }

    /** With the same right edge of the window as before. */
    private static String same(String range) {
        return text(range).replace("60000", "59990");
    }

    private static String acknowledges(int number) {
        return "> . 11:11(0) ack " + number + "; state 1";
    }

    @Test
    void moreThanASegmentMayBeAcknowledgedAtOnce() {
        String more = text("1:1001(1000)");
        explained(Deviation.MORE_THAN_A_SEGMENT, answering().delaying(), more, acknowledges(1001), QUIET);
        explained(Deviation.MORE_THAN_A_SEGMENT, answering().delaying(), more, QUIET, acknowledges(1001));
        unexplained(answering(), more, acknowledges(1001), QUIET); // where nothing waits
        unexplained(answering().delaying(), more, acknowledges(1001), "> . 11:11(0) ack 1000; state 1");
        unexplained(answering().delaying(), more, QUIET, acknowledges(1000));
        unexplained(answering().delaying(), more, QUIET, "> . 10:10(0) ack 1001; state 1");
        unexplained(answering().delaying(), more, QUIET, acknowledges(1001).replace("state 1", "state 7"));
        unexplained(answering().delaying(), text("1:101(100)"), acknowledges(101), QUIET);
        unexplained(answering().delaying(), text("1:101(100)"), QUIET, acknowledges(101));
        Story waits = answering().delaying().then(text("1:401(400)"), QUIET);
        explained(Deviation.MORE_THAN_A_SEGMENT, waits, text("401:801(400)"), QUIET, acknowledges(801));
        unexplained(waits, text("801:1201(400)"), QUIET, acknowledges(1201)); // a hole is told of
        unexplained(waits, text("801:1201(400)"), acknowledges(401), QUIET);
        String second = "< . 101:201(100) ack 11 win 60000";
        Story small = answering().delaying().then(second.replace("101:201", "1:101"), QUIET);
        explained(Deviation.MORE_THAN_A_SEGMENT, small, second, QUIET, acknowledges(201));
        unexplained(small, second.replace(". 101", "P. 101"), QUIET, acknowledges(201));
        Story paused = answering().delaying().waiting(more, acknowledges(1001));
        explained(Deviation.MORE_THAN_A_SEGMENT, paused, text("1001:1002(1)"), QUIET, acknowledges(1002));
        unexplained(paused, text("1001:1002(1)"), QUIET, acknowledges(1001));
        Story told = answering().delaying().then(more, acknowledges(1001));
        unexplained(told, text("1001:1002(1)"), QUIET, acknowledges(1002));
    }

    @Test
    void onlyTheFinOfAnEmptyStreamMayWaitForATick() {
        String fin = "< F. 1:1(0) ack 11 win 60000";
        String stack = "> . 11:11(0) ack 2; state 8";
        explained(Deviation.FIN_AT_NEXT_TICK, answering().delaying(), fin, "state 8", stack);
        unexplained(answering().delaying(), fin, stack, "state 8");
        unexplained(answering(), fin, "state 8", stack);
        unexplained(answering().delaying(), fin, "state 8", "> . 11:11(0) ack 1; state 8");
        unexplained(answering().delaying(), fin, "state 8", "> . 11:11(0) ack 2; state 7");
        unexplained(
                answering().delaying(),
                "< F. 1:101(100) ack 11 win 60000",
                "state 8",
                stack.replace("ack 2", "ack 102"));
        Story had = answering().delaying().then(text("1:11(10)"), acknowledges(11));
        unexplained(had, "< F. 11:11(0) ack 11 win 60000", "state 8", stack.replace("ack 2", "ack 12"));
    }

    @Test
    void aDuplicateIsReportedAsTheKernelDoes() {
        Story had = answering().delaying().then(text("1:101(100)"), acknowledges(101));
        String over = text("51:151(100)");
        String stack = "> . 11:11(0) ack 151 <nop,nop,sack 51:101>; state 1";
        unexplained(had, over, QUIET, stack);
        unexplained(had, over, stack, QUIET);
        unexplained(had, over, QUIET, stack.replace("51:101", "50:101"));
        unexplained(had, over, QUIET, acknowledges(151));
        unexplained(had, text("51:101(50)"), QUIET, "> . 11:11(0) ack 101 <nop,nop,sack 51:101>; state 1");
    }

    @Test
    void aDuplicateThatWaitsMayBeForgotten() {
        Story had = answering().delaying().then(text("1:101(100)"), acknowledges(101));
        Story waits = answering()
                .delaying()
                .then(text("1:101(100)"), acknowledges(101))
                .then(text("51:151(100)"), QUIET);
        Step more = pausing(text("151:161(10)").replace("60000", "1000"));
        String stack = "> . 11:11(0) ack 161 <nop,nop,sack 51:101>; state 1";
        explained(Deviation.DUPLICATE_FORGOTTEN, waits, more, acknowledges(161), stack);
        unexplained(waits, more, stack, acknowledges(161));
        unexplained(waits, more, acknowledges(161), stack.replace("51:101", "51:102"));
        unexplained(waits, pausing(text("151:161(10)")), acknowledges(161), stack);
        unexplained(had, pausing(text("101:161(60)").replace("60000", "1000")), acknowledges(161), stack);
        Step fin = pausing(text("151:161(10)").replace("P.", "F."));
        String ends = "> . 11:11(0) ack 162; state 8";
        String reports = ends.replace(";", " <nop,nop,sack 51:101>;");
        explained(Deviation.SACK_OF_FIN, waits, fin, ends, reports);
        unexplained(waits, fin, reports, ends);
        unexplained(waits, fin, ends, reports.replace("51:101", "50:101"));
        Story ended = had.then(text("51:151(100)").replace("P.", "F."), "state 8");
        String recv = "recv(4, ..., 1000, 0)";
        String read = "recv = 150; > . 11:11(0) ack 152; state 8";
        explained(Deviation.SACK_OF_FIN, ended, recv, read, read.replace("152;", "152 <nop,nop,sack 51:101>;"));
        unexplained(ended, recv, read, read.replace("152;", "152 <nop,nop,sack 51:102>;"));
        unexplained(ended, recv, read.replace("152;", "152 <nop,nop,sack 51:101>;"), read);
    }

    @Test
    void whatIsBeyondTheEndIsToldOfLater() {
        Story ended = answering()
                .delaying()
                .then(text("1:101(100)"), acknowledges(101))
                .then(text("101:151(50)").replace("P.", "FP."), "state 8")
                .then(text("151:152(1)").replace("P.", "F."), "state 8");
        String kernel = "close = 0; > R. 11:11(0) ack 153";
        String stack = "close = 0; > R. 11:11(0) ack 152 <nop,nop,sack 151:152>";
        explained(Deviation.BEYOND_THE_END, ended, "close(4)", kernel, stack);
        unexplained(ended, "close(4)", stack, kernel);
        unexplained(ended, "close(4)", kernel.replace("153", "154"), stack);
        unexplained(ended, "close(4)", kernel, stack.replace("ack 152", "ack 151"));
        unexplained(ended, "close(4)", kernel, stack.replace("151:152", "161:162"));
    }

    @Test
    void whatWaitsForItsAcknowledgmentIsAcknowledgedWithoutAUserToo() {
        Story ended = answering()
                .delaying()
                .then(text("1:101(100)"), acknowledges(101))
                .then("recv(4, ..., 1000, 0)", "recv = 100; state 1")
                .then("shutdown(4, SHUT_WR)", "shutdown = 0; > F. 11:11(0) ack 101; state 4")
                .then(text("101:201(100)").replace("ack 11", "ack 12"), "state 5")
                .then("recv(4, ..., 1000, 0)", "recv = 100; state 5");
        String stack = "close = 0; > . 12:12(0) ack 201";
        explained(Deviation.NOBODY_ACKNOWLEDGES, ended, pausing("close(4)"), "close = 0", stack);
        unexplained(ended, pausing("close(4)"), stack, "close = 0");
        unexplained(ended, "close(4)", "close = 0", stack);
        unexplained(ended, pausing("close(4)"), "close = 0", stack.replace("201", "202"));
        unexplained(ended, pausing("recv(4, ..., 1000, 0)"), NOTHING + "5", NOTHING + "5; > . 12:12(0) ack 201");
    }

    @Test
    void aDuplicateThatWaitsTakesRoom() {
        Story had = answering().delaying().then(same("1:101(100)"), acknowledges(101));
        Story waits = answering()
                .delaying()
                .then(same("1:101(100)"), acknowledges(101))
                .then(same("51:151(100)"), QUIET);
        String send = "send(4, ..., 1460, 0)";
        String kernel = "send = 1460; > . 11:1459(1448) ack 151; state 1";
        String stack = "send = 1460; > . 11:11(0) ack 151 <nop,nop,sack 51:101>; > . 11:1471(1460) ack 151; state 1";
        explained(Deviation.SACK_TAKES_ROOM, waits, send, kernel, stack);
        unexplained(waits, send, stack, kernel);
        unexplained(waits, send, kernel.replace("11:1459(1448)", "11:1431(1420)"), stack);
        Story told = had.then(same("51:151(100)"), acknowledges(151).replace(";", " <nop,nop,sack 51:101>;"))
                .then("< . 151:151(0) ack 11 win 59990", QUIET);
        unexplained(told, send, kernel, stack);
    }

    @Test
    void whatIsNotYetAcknowledgedIsJudgedAlike() {
        Story waits = answering().delaying().then(text("1:101(100)"), QUIET);
        String empty = "< . 1:1(0) ack 11 win 60000";
        unexplained(waits, empty, QUIET, acknowledges(101));
        unexplained(waits, empty, acknowledges(101), QUIET);
        unexplained(waits, empty, QUIET, acknowledges(1));
        unexplained(waits, "< . 101:101(0) ack 11 win 60000", QUIET, acknowledges(101));
        Story more = answering().delaying().then(text("1:101(100)"), QUIET).then(text("101:201(100)"), QUIET);
        unexplained(more, empty, QUIET, acknowledges(201));
        String reset = "< R 51:51(0) win 0";
        unexplained(waits, reset, acknowledges(101), QUIET);
        unexplained(waits, reset, QUIET, acknowledges(101));
        unexplained(waits, reset, acknowledges(51), QUIET);
        unexplained(waits, "< R 101:101(0) win 0", acknowledges(101), QUIET);
        Story told = answering().delaying().then(text("1:101(100)"), acknowledges(101));
        unexplained(told, empty, QUIET, acknowledges(101));
        unexplained(told, reset, acknowledges(101), QUIET);
    }
}
