package io.sluice.packetdrill.differential;

import static io.sluice.packetdrill.differential.Story.explained;
import static io.sluice.packetdrill.differential.Story.open;
import static io.sluice.packetdrill.differential.Story.unexplained;

import org.junit.jupiter.api.Test;

/** As {@link FalseStackTest}, where acknowledgments may wait: which may, and which may not. */
class FalseDelayTest {
    private static final String QUIET = "state 1";

    private static Story answering() {
        return open("< S 0:0(0) win 65535 <mss 1460,nop,nop,sackOK>", "< . 1:1(0) ack 1 win 60000")
                .then("send(4, ..., 10, 0)", "send = 10; > . 1:11(10) ack 1; state 1");
    }

    private static String text(String range) {
        return "< P. " + range + " ack 11 win 60000";
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
    void aDuplicateMayBeReportedLater() {
        Story had = answering().delaying().then(text("1:101(100)"), acknowledges(101));
        String over = text("51:151(100)");
        String stack = "> . 11:11(0) ack 151 <nop,nop,sack 51:101>; state 1";
        explained(Deviation.PARTLY_REPEATED, had, over, QUIET, stack);
        unexplained(had, over, stack, QUIET);
        unexplained(had, over, QUIET, stack.replace("51:101", "50:101"));
        unexplained(had, over, QUIET, acknowledges(151));
        unexplained(had, text("51:101(50)"), QUIET, "> . 11:11(0) ack 101 <nop,nop,sack 51:101>; state 1");
    }

    @Test
    void whatIsNotYetAcknowledgedMayComeAgain() {
        Story waits = answering().delaying().then(text("1:101(100)"), QUIET);
        String empty = "< . 1:1(0) ack 11 win 60000";
        explained(Deviation.NOT_YET_ACKNOWLEDGED, waits, empty, QUIET, acknowledges(101));
        unexplained(waits, empty, acknowledges(101), QUIET);
        unexplained(waits, empty, QUIET, acknowledges(1));
        unexplained(waits, "< . 101:101(0) ack 11 win 60000", QUIET, acknowledges(101));
        Story more = answering().delaying().then(text("1:101(100)"), QUIET).then(text("101:201(100)"), QUIET);
        explained(Deviation.NOT_YET_ACKNOWLEDGED, more, empty, QUIET, acknowledges(201));
        String reset = "< R 51:51(0) win 0";
        explained(Deviation.NOT_YET_ACKNOWLEDGED, waits, reset, acknowledges(101), QUIET);
        unexplained(waits, reset, QUIET, acknowledges(101));
        unexplained(waits, reset, acknowledges(51), QUIET);
        unexplained(waits, "< R 101:101(0) win 0", acknowledges(101), QUIET);
        Story told = answering().delaying().then(text("1:101(100)"), acknowledges(101));
        unexplained(told, empty, QUIET, acknowledges(101));
        unexplained(told, reset, acknowledges(101), QUIET);
    }
}
