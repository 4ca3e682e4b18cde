package io.sluice.packetdrill.differential;

import static io.sluice.packetdrill.differential.Story.CHALLENGE;
import static io.sluice.packetdrill.differential.Story.TS;
import static io.sluice.packetdrill.differential.Story.connecting;
import static io.sluice.packetdrill.differential.Story.explained;
import static io.sluice.packetdrill.differential.Story.listening;
import static io.sluice.packetdrill.differential.Story.open;
import static io.sluice.packetdrill.differential.Story.pausing;
import static io.sluice.packetdrill.differential.Story.sack;
import static io.sluice.packetdrill.differential.Story.sent;
import static io.sluice.packetdrill.differential.Story.unexplained;
import static io.sluice.packetdrill.differential.Story.withSack;

import org.junit.jupiter.api.Test;

/** A deviation explains what it describes, and not a stack that does something false in the like circumstances. */
class FalseStackTest {
    @Test
    void silenceIsNoLimitOfChallengesBeforeTheFirst() {
        String reset = "< R 100:100(0) win 0";
        Story challenged = open().then(reset, CHALLENGE);
        explained(Deviation.OLD_ACKNOWLEDGMENTS, challenged, reset, CHALLENGE, "state 1");
        unexplained(open(), reset, CHALLENGE, "state 1");
        unexplained(challenged, reset, CHALLENGE, "> . 1:1(0) ack 2; state 1");
        unexplained(challenged, "< P. 1:11(10) ack 1 win 60000", "> . 1:1(0) ack 11; state 1", "state 1");
        unexplained(open(), "< S 0:0(0) win 1000", CHALLENGE, "state 1");
        unexplained(open(), "< P 0:0(0) win 1000", CHALLENGE, "state 1");
        unexplained(challenged, "< F. 9000000:9000000(0) ack 1 win 60000", CHALLENGE, "state 1");
    }

    private static Story inTimeWait() {
        return open().then("shutdown(4, SHUT_WR)", "shutdown = 0; > F. 1:1(0) ack 1; state 4")
                .then("< . 1:1(0) ack 2 win 60000", "state 5")
                .then("< F. 1:1(0) ack 2 win 60000", "> . 2:2(0) ack 2; state 7");
    }

    @Test
    void aFinInTimeWaitIsAcknowledged() {
        String fin = "< F. 1:1(0) ack 2 win 60000";
        String acknowledges = "> . 2:2(0) ack 2; state 7";
        explained(Deviation.TIME_WAIT_LIMITS, inTimeWait(), fin, "state 7", acknowledges);
        unexplained(inTimeWait(), fin, acknowledges, "state 7");
        unexplained(inTimeWait(), fin, "state 7", "> . 2:2(0) ack 3; state 7");
        String old = "< . 0:0(0) ack 2 win 60000";
        unexplained(inTimeWait(), old, acknowledges, "state 7");
        explained(Deviation.OLD_ACKNOWLEDGMENTS, inTimeWait().then(old, acknowledges), old, acknowledges, "state 7");
        String reset = "< R 9000000:9000000(0) win 0";
        explained(Deviation.TIME_WAIT_LIMITS, inTimeWait(), reset, acknowledges, "state 7");
        unexplained(inTimeWait(), reset, acknowledges, "> R 2:2(0); state 7");
    }

    @Test
    void theLastAcknowledgmentIsOneOfOurFin() {
        Story closing = open().then("shutdown(4, SHUT_WR)", "shutdown = 0; > F. 1:1(0) ack 1; state 4")
                .then("< F. 1:1(0) ack 1 win 60000", "> . 2:2(0) ack 2; state 11");
        String again = "< F. 1:1(0) ack 2 win 60000";
        String both = "> . 2:2(0) ack 2; state 7";
        explained(Deviation.AGAIN_WITH_LAST_ACKNOWLEDGMENT, closing, again, "state 7", both);
        unexplained(closing, again, both, "state 7");
        unexplained(closing, again, "state 7", "> . 2:2(0) ack 3; state 7");
        unexplained(closing, again, "state 7", "> . 2:2(0) ack 2; state 11");
        unexplained(closing, "< F. 1:1(0) ack 1 win 60000", "state 11", "> . 2:2(0) ack 2; state 11");
    }

    @Test
    void aResetWithTextBeginsBeforeTheWindow() {
        Story had = open().then("< P. 1:11(10) ack 1 win 60000", "> . 1:1(0) ack 11; state 1");
        String acknowledges = "> . 1:1(0) ack 11; state 1";
        explained(Deviation.RESET_WITH_TEXT, had, "< R 1:21(20) win 0", acknowledges, "state 1");
        unexplained(had, "< R 1:21(20) win 0", "state 1", acknowledges);
        unexplained(had, "< R 1:21(20) win 0", acknowledges, "state 7");
        unexplained(had, "< R 1:5(4) win 0", acknowledges, "state 1");
        unexplained(had, "< R 12:32(20) win 0", acknowledges, "state 1");
        unexplained(had, "< P. 1:21(20) ack 1 win 60000", "> . 1:1(0) ack 11; state 1", "state 1");
    }

    @Test
    void aSynThatIsSentAgainIsSentAfterTheReset() {
        String other = "< . 5:5(0) ack 9 win 1000";
        String both = "> R 9:9(0); > S 0:0(0) <mss 1460>; state 2";
        explained(Deviation.SYN_AGAIN, connecting(), other, both, "> R 9:9(0); state 2");
        unexplained(connecting(), other, both, "> R 5:5(0); state 2");
        unexplained(connecting(), other, both, "state 2");
        unexplained(connecting(), other, "> R 9:9(0); state 2", both);
        unexplained(sent(), other, both.replace("state 2", "state 1"), "> R 9:9(0); state 1");
    }

    @Test
    void aSynAckIsOwedToTheFirstRepeatedSyn() {
        Story halfOpen = listening().then("< S 0:0(0) win 1000", "> S. 0:0(0) ack 1 <mss 1460>; state 10");
        String synAck = "> S. 0:0(0) ack 1 <mss 1460>; state 10";
        unexplained(halfOpen, "< S 0:0(0) win 1000", synAck, "state 10");
        unexplained(halfOpen, "< S 0:0(0) win 1000", "state 10", synAck);
        Story challenged = halfOpen.then("< . 9999:9999(0) ack 1 win 60000", "> . 1:1(0) ack 1; state 10");
        explained(Deviation.SYN_ACK_LIMIT, challenged, "< S 0:0(0) win 1000", "state 10", synAck);
        unexplained(challenged, "< S 0:0(0) win 1000", synAck, "state 10");
        String challenge = "> . 1:1(0) ack 1; state 10";
        String reset = "< R 2:2(0) win 0";
        Story again = listening().then("< S 0:0(0) win 1000", synAck).then("< S 0:0(0) win 1000", synAck);
        explained(Deviation.SYN_ACK_LIMIT, again, reset, "state 10", challenge);
        unexplained(again, reset, challenge, "state 10");
        explained(Deviation.SYN_ACK_LIMIT, again.then("< R 0:0(0) win 0", "state 10"), reset, "state 10", challenge);
        unexplained(again, "< P. 1:11(10) ack 1 win 60000", "> . 1:1(0) ack 11; state 10", challenge);
        Story fresh = listening().then("< S 0:0(0) win 1000", synAck);
        unexplained(fresh, reset, "state 10", challenge);
    }

    @Test
    void aSynIsTheSameWhereverItBegins() {
        String syn = "< S 3001537:3001537(0) win 1000";
        String synAck = "> S. 0:0(0) ack 3001538 <mss 1460>; state 10";
        String challenge = "> . 1:1(0) ack 1; state 10";
        Story other = listening().then(syn, synAck).then("< S 1536:1536(0) win 1000", challenge);
        explained(Deviation.SYN_ACK_LIMIT, other, syn, "state 10", synAck);
        unexplained(other, syn, synAck, "state 10");
        unexplained(other, syn, "state 10", synAck.replace("3001538", "1537"));
        unexplained(other, "< S 3001538:3001538(0) win 1000", "state 10", synAck);
        unexplained(listening().then(syn, synAck), syn, "state 10", synAck);
        String crossed = "< S. 6000000:6000000(0) ack 1 win 1000";
        Story again = listening().then(syn, synAck).then(syn, synAck);
        explained(Deviation.SYN_ACK_LIMIT, again, crossed, "state 10", challenge);
        unexplained(again, crossed, challenge, "state 10");
        unexplained(listening().then(syn, synAck), crossed, "state 10", challenge);
        Story next = open().then("< R 1:1(0) win 0", "state 7") // what follows counts from the first SYN
                .then("< S 101:101(0) win 1000", "> S. 0:0(0) ack 102 <mss 1460>; state 7")
                .then("< . 1:1(0) ack 1 win 60000", "> . 1:1(0) ack 102; state 7");
        String old = "< S. 2:2(0) ack 1 win 1000";
        explained(Deviation.OLD_ACKNOWLEDGMENTS, next, old, "state 7", "> . 1:1(0) ack 102; state 7");
        unexplained(next, old, "state 7", "> . 1:1(0) ack 1; state 7");
    }

    @Test
    void aSynAckThatIsAcknowledgedUsesUpNoLimit() {
        Story opened = connecting().then("< S. 0:0(0) ack 1 win 65535", CHALLENGE);
        String reset = "< R 100:100(0) win 0";
        unexplained(opened, reset, CHALLENGE, "state 1");
        explained(Deviation.OLD_ACKNOWLEDGMENTS, opened.then(reset, CHALLENGE), reset, CHALLENGE, "state 1");
    }

    @Test
    void aWindowIsTakenBackOnlyIfItWas() {
        String send = "send(4, ..., 536, 0)";
        String sends = "send = 536; > . 1:537(536) ack 1; state 1";
        Story shrunk = open().then("< . 1:1(0) ack 1 win 0", "state 1");
        explained(Deviation.WINDOW_TAKEN_BACK, shrunk, send, sends, "send = 536; state 1");
        unexplained(open(), send, sends, "send = 536; state 1");
        unexplained(shrunk, send, "send = 536; state 1", sends);
        unexplained(shrunk, send, sends, "send = 535; state 1");
        Story scaledUp = open().then("< . 1:1(0) ack 1 win 60001", "state 1");
        unexplained(scaledUp, send, sends, "send = 536; state 1");
    }

    @Test
    void aWindowFromAheadNeedsASegmentThatWasAhead() {
        String closed = "< . 1:1(0) ack 1 win 0";
        String send = "send(4, ..., 100, 0)";
        String sends = "send = 100; > . 1:101(100) ack 11; state 1";
        Story ahead = open(closed)
                .then("< . 101:111(10) ack 1 win 60000", CHALLENGE)
                .then("< P. 1:11(10) ack 1 win 0", "> . 1:1(0) ack 11; state 1");
        explained(Deviation.WINDOW_FROM_AHEAD, ahead, send, "send = 100; state 1", sends);
        Story inOrder = open(closed).then("< P. 1:11(10) ack 1 win 0", "> . 1:1(0) ack 11; state 1");
        unexplained(inOrder, send, "send = 100; state 1", sends);
    }

    @Test
    void lengthsMayDifferAndNothingElse() {
        String send = "send(4, ..., 1000, 0)";
        String sends = "send = 1000; > . 3001:4001(1000) ack 1; state 1";
        explained(
                Deviation.OTHER_SUPER_SEGMENTS, sent(), send, sends, "send = 1000; > . 3001:3541(540) ack 1; state 1");
        unexplained(sent(), send, sends, "send = 1000; > . 3001:4001(1000) ack 2; state 1");
        unexplained(sent(), send, sends, "send = 1000; > . 3101:4001(900) ack 1; state 1");
        unexplained(sent(), send, sends, "send = 1000; > . 3001:4001(1000) ack 1; > R 4001:4001(0); state 1");
        unexplained(sent(), send, sends, "send = 1000; > . 3001:4001(1000) ack 1; state 4");
        unexplained(open(), send, "send = 1000; > . 1:1001(1000) ack 1; state 1", "send = 1000; state 1");
    }

    @Test
    void whatIsRepeatedBeginsAtTheSameNumber() {
        Story timedOut = sent().waiting("recv(4, ..., 1, 0)", "recv = -1 EAGAIN; > . 1:1461(1460) ack 1; state 1");
        String duplicate = "< . 1:1(0) ack 1461 win 60000";
        String again = "> . 1461:2921(1460) ack 1; state 1";
        unexplained(timedOut, duplicate, again, "> . 1:1461(1460) ack 1; state 1");
        unexplained(timedOut, duplicate, again, "> . 1461:2921(1460) ack 9; state 1");
        unexplained(timedOut, duplicate, "state 1", again);
        String part = "< . 1:1(0) ack 100 win 60000";
        unexplained(timedOut, part, "state 1", again);
        unexplained(timedOut, part, again, "state 1");
        unexplained(sent(), part, "state 1", again);
    }

    @Test
    void afterTheEndOnlyNamedResultsDiffer() {
        Story over = open().then("< F. 1:1(0) ack 1 win 60000", "> . 1:1(0) ack 2; state 8")
                .then("shutdown(4, SHUT_WR)", "shutdown = 0; > F. 1:1(0) ack 2; state 9")
                .then("< . 2:2(0) ack 2 win 60000", "state 7");
        unexplained(over, "recv(4, ..., 10, 0)", "recv = 0; state 7", "recv = -1 ECONNRESET; state 7");
        unexplained(over, "send(4, ..., 10, 0)", "send = -1 EPIPE; state 7", "send = 10; state 7");
        unexplained(over, "connect(4, ..., ...)", "connect = -1 EISCONN; state 7", "connect = 0; state 7");
        unexplained(over, "shutdown(4, SHUT_WR)", "shutdown = -1 ENOTCONN; state 7", "shutdown = 0; state 7");
        unexplained(over, "shutdown(4, SHUT_WR)", "shutdown = 0; state 7", "shutdown = -1 ENOTCONN; state 7");
        String connect = "connect(4, ..., ...)";
        String connected = "connect = -1 EISCONN; state 7";
        explained(Deviation.NOT_CONNECTED_ANY_MORE, over, connect, connected, "connect = -1 ECONNRESET; state 7");
        unexplained(over, connect, connected, "connect = -1 EALREADY; state 7");
        unexplained(over, connect, connected, "connect = -1 ECONNRESET; > R 2:2(0); state 7");
        unexplained(open(), "shutdown(4, SHUT_WR)", "shutdown = -1 ENOTCONN; state 1", "shutdown = 0; state 1");
    }

    @Test
    void aUserTimeoutNeedsTheOptionAndTime() {
        String option = "setsockopt(4, SOL_TCP, TCP_USER_TIMEOUT, [%d], 4)";
        String cork = "setsockopt(4, SOL_TCP, TCP_CORK, [0], 4)";
        String kernel = "setsockopt = 0; > . 1:1461(1460) ack 1; state 1";
        Step wait = pausing(cork);
        Story early = sent().then(String.format(option, 100), "setsockopt = 0; state 1");
        explained(Deviation.USER_TIMEOUT, early, wait, kernel, "setsockopt = 0; state 7");
        unexplained(early, wait, "setsockopt = 0; state 7", kernel);
        unexplained(early, wait, kernel.replace("1:1461", "100:1461"), "setsockopt = 0; state 7");
        unexplained(early, Step.of(cork).waiting(60_000_000), "setsockopt = 0; state 1", "setsockopt = 0; state 7");
        Story closed = open().then(String.format(option, 100), "setsockopt = 0; state 1")
                .waiting("close(4)", "close = 0; > F. 1:1(0) ack 1");
        String last = "< F. 1:1(0) ack 2 win 60000";
        explained(Deviation.USER_TIMEOUT, closed, last, "> . 2:2(0) ack 2", "> R 2:2(0)");
        unexplained(closed, last, "> . 2:2(0) ack 2", "> R 1:1(0)");
        unexplained(closed, last, "> R 2:2(0)", "> . 2:2(0) ack 2");
        String first = "< . 1:1(0) ack 1461 win 60000";
        String rest = "> . 1461:3001(1540) ack 1; state 1";
        explained(Deviation.USER_TIMEOUT, early, pausing(first), rest, "state 7");
        unexplained(early, pausing(first), rest.replace("1461:3001(1540)", "1500:3001(1501)"), "state 7");
        Story closing = open().then(String.format(option, 100), "setsockopt = 0; state 1");
        String ends = "close = 0; > F. 1:1(0) ack 1";
        explained(Deviation.USER_TIMEOUT, closing, pausing("close(4)"), ends + "; > F. 1:1(0) ack 1", ends);
        unexplained(open(), pausing("close(4)"), ends + "; > F. 1:1(0) ack 1", ends);
        String elsewhere = "send(3, ..., 10, MSG_OOB)";
        String broken = "send = -1 EPIPE; state 10";
        String again = "send = -1 EPIPE; > . 1:1461(1460) ack 1; state 10";
        explained(Deviation.USER_TIMEOUT, early, pausing(elsewhere), again, broken);
        unexplained(early, pausing(elsewhere), broken, again);
        unexplained(sent(), pausing(elsewhere), again, broken);
        Story patient = open().waiting("close(4)", "close = 0; > F. 1:1(0) ack 1");
        unexplained(patient, last, "> . 2:2(0) ack 2", "> R 2:2(0)");
        unexplained(early, cork, "setsockopt = 0; state 1", "setsockopt = 0; state 7");
        Story shut = open("< . 1:1(0) ack 1 win 0").then(String.format(option, 100), "setsockopt = 0; state 1");
        String probe = "send = 10; > . 0:0(0) ack 1; state 1";
        explained(Deviation.USER_TIMEOUT, shut, pausing("send(4, ..., 10, 0)"), probe, "send = 10; state 7");
        unexplained(shut, "send(4, ..., 10, 0)", probe, "send = 10; state 7");
        unexplained(shut, wait, "setsockopt = 0; state 1", "setsockopt = 0; state 7");
        Story late = sent().then(String.format(option, 10_000), "setsockopt = 0; state 1");
        unexplained(late, wait, kernel, "setsockopt = 0; state 7");
        unexplained(sent(), wait, kernel, "setsockopt = 0; state 7");
    }

    @Test
    void onlyUrgentDataIsSentBeforeAUserTimeout() {
        String option = "setsockopt(4, SOL_TCP, TCP_USER_TIMEOUT, [100], 4)";
        Story early = open().then(option, "setsockopt = 0; state 1");
        Story urgent = early.then("send(4, ..., 1, MSG_OOB)", "send = 1; > .U 1:2(1) ack 1 urg 1; state 1");
        Step more = Step.of("send(4, ..., 1, 0)").waiting(120_000_000);
        String kernel = "send = 1; > . 2:3(1) ack 1; state 1";
        explained(Deviation.USER_TIMEOUT, urgent, more, kernel, "send = 1; state 7");
        unexplained(urgent, more, kernel.replace("2:3", "3:4"), "send = 1; state 7");
        Story plain = open().then(option, "setsockopt = 0; state 1")
                .then("send(4, ..., 1, 0)", "send = 1; > . 1:2(1) ack 1; state 1");
        unexplained(plain, more, kernel, "send = 1; state 7");
        explained(
                Deviation.USER_TIMEOUT,
                plain,
                more,
                kernel.replace("2:3(1)", "2:9(7)"),
                kernel.replace("state 1", "state 7"));
        unexplained(plain, more, kernel.replace("2:3(1)", "3:9(6)"), kernel.replace("state 1", "state 7"));
    }

    @Test
    void blocksAreThoseOfAFin() {
        String plain = "> . 1:1(0) ack 51 <nop,nop,TS val . ecr 2000>; state 1";
        String old = "< P. 1:101(100) ack 1 win 60000" + TS + "1500 ecr 1>";
        unexplained(withSack(), old, sack("1:51"), plain);
        unexplained(withSack(), old, plain, sack("1:51"));
        unexplained(withSack(), old, sack("1:51"), sack("7:9"));
        unexplained(withSack(), "< P. 1:51(50) ack 1 win 60000" + TS + "2000 ecr 1>", sack("1:51"), plain);
        unexplained(withSack(), "< P. 61:71(10) ack 1 win 60000" + TS + "2000 ecr 1>", sack("61:71"), plain);
        String fin = "< F. 61:71(10) ack 1 win 60000" + TS + "2000 ecr 1>";
        unexplained(withSack(), fin, sack("61:72"), sack("1:9"));
    }

    @Test
    void anEchoIsOfATimestampThatCame() {
        String next = "< P. 51:61(10) ack 1 win 60000" + TS + "2001 ecr 1>";
        String kernel = "> . 1:1(0) ack 61 <nop,nop,TS val . ecr 2001>; state 1";
        unexplained(withSack(), next, kernel, "> . 1:1(0) ack 61 <nop,nop,TS val . ecr 7>; state 1");
        unexplained(withSack(), next, kernel, "> . 1:1(0) ack 61 <nop,nop,TS val . ecr 2000>; state 1");
        unexplained(withSack(), next, kernel, "> . 1:1(0) ack 61; state 1");
        String old = "< P. 1:51(50) ack 1 win 60000" + TS + "2005 ecr 1>";
        String newer = sack("1:51").replace("2000", "2005");
        explained(Deviation.TIMESTAMP_TO_ECHO, withSack(), old, newer, sack("1:51"));
        unexplained(withSack(), old, newer, sack("1:51").replace("2000", "7"));
        unexplained(withSack(), old, newer, sack("1:50"));
        Story ended = withSack()
                .then("< . 61:71(10) ack 1 win 60000" + TS + "2000 ecr 1>", sack("61:71"))
                .then("shutdown(4, SHUT_WR)", "shutdown = 0; > F. 1:1(0) ack 51 <nop,nop,TS val . ecr 2000>; state 4")
                .then(
                        "< . 51:61(10) ack 2 win 60000" + TS + "2000 ecr 1>",
                        "> . 2:2(0) ack 71 <nop,nop,TS val . ecr 2000>; state 5")
                .then("< . 71:71(0) ack 1 win 60000" + TS + "2010 ecr 1>", "state 5");
        String reset = "close = 0; > R. 2:2(0) ack 71 <nop,nop,TS val . ecr %d>";
        explained(
                Deviation.TIMESTAMP_TO_ECHO, ended, "close(4)", String.format(reset, 2000), String.format(reset, 2010));
        unexplained(ended, "close(4)", String.format(reset, 2000), String.format(reset, 2011));
    }

    @Test
    void anEchoThatWasNotAgreedIsAllThatDiffers() {
        Story closed = open().then("close(4)", "close = 0; > F. 1:1(0) ack 1")
                .then("< . 1:1(0) ack 2 win 60000", "")
                .then("< F. 1:1(0) ack 2 win 60000", "> . 2:2(0) ack 2");
        String again = "< F. 1:1(0) ack 2 win 60000" + TS + "5 ecr 0>";
        String echo = "> . 2:2(0) ack 2 <nop,nop,TS val . ecr 5>";
        explained(Deviation.TIMESTAMP_NEVER_AGREED, closed, again, echo, "> . 2:2(0) ack 2");
        unexplained(closed, again, echo, "> . 2:2(0) ack 3");
        unexplained(closed, again, echo, "");
        unexplained(closed, again, "> . 2:2(0) ack 2", echo);
    }

    @Test
    void synsThatCrossedAndSynsAfterAClose() {
        Story crossed = connecting().then("< S 0:0(0) win 65535", "> S. 0:0(0) ack 1 <mss 1460>; state 3");
        explained(Deviation.CROSSED_SYN, crossed, "< . 1:1(0) ack 0 win 60000", "state 1", "> R 0:0(0); state 3");
        unexplained(crossed, "< . 1:1(0) ack 0 win 60000", "state 1", "> R 5:5(0); state 3");
        unexplained(crossed, "< . 1:1(0) ack 0 win 60000", "state 1", "state 7");
        unexplained(crossed, "< . 1:1(0) ack 1 win 60000", "state 1", "> R 1:1(0); state 3");
        Story closed = open().then("close(4)", "close = 0; > F. 1:1(0) ack 1").then("< . 1:1(0) ack 2 win 60000", "");
        explained(Deviation.SYN_AFTER_CLOSE, closed, "< S 1:1(0) win 1000", "> R 2:2(0)", "> . 2:2(0) ack 1");
        unexplained(closed, "< S 1:1(0) win 1000", "> R 2:2(0)", "");
        unexplained(closed, "< S 1:1(0) win 1000", "> R 2:2(0)", "> . 2:2(0) ack 2");
        unexplained(closed, "< S 3000001:3000001(0) win 1000", "> R 2:2(0)", "> . 2:2(0) ack 1");
        unexplained(open(), "< S 1:1(0) win 1000", "> R 1:1(0); state 1", CHALLENGE);
    }

    @Test
    void icmpErrorsAreAboutWhatIsInFlight() {
        String smaller = "< icmp unreachable frag_needed mtu 1000 [%s(100)]";
        String part = "> . 1:2921(2920) ack 1; state 1";
        String all = "> . 1:3001(3000) ack 1; state 1";
        explained(Deviation.PATH_MTU, sent(), String.format(smaller, "1:101"), part, all);
        unexplained(sent(), String.format(smaller, "1:101"), part, "state 1");
        unexplained(sent(), String.format(smaller, "9001:9101"), "state 1", all);
        unexplained(sent(), String.format(smaller, "1:101"), part, "> . 101:3001(2900) ack 1; state 1");
        Story timedOut =
                open().waiting("send(4, ..., 10, 0)", "send = 10; > . 1:11(10) ack 1; > . 1:11(10) ack 1; state 1");
        String again = "> . 1:11(10) ack 1; state 1";
        String unreachable = "< icmp unreachable host_unreachable [1:11(10)]";
        explained(Deviation.ICMP_REVERTS_BACK_OFF, timedOut, unreachable, again, "state 1");
        unexplained(timedOut, unreachable, "state 1", again);
        unexplained(timedOut, "< icmp unreachable host_unreachable [9001:9011(10)]", again, "state 1");
        unexplained(timedOut, unreachable, again, "state 7");
    }

    @Test
    void aPathMtuIsSaidOfWhatWasSent() {
        String next = "< icmp unreachable frag_needed mtu 1000 [3001:3101(100)]";
        String again = "> . 1:961(960) ack 1; state 1";
        explained(Deviation.PATH_MTU_AT_NEXT, sent(), next, again, "state 1");
        unexplained(sent(), next, "state 1", again);
        unexplained(sent(), next, again, "state 7");
        unexplained(sent(), next.replace("3001", "3000"), again, "state 1");
        unexplained(sent(), next.replace("3001", "3002"), again, "state 1");
    }

    @Test
    void whatCanBeReceivedIsToldWhateverThePathIs() {
        Story ended = sent().then("< icmp packet_too_big mtu 1300 [1:101(100)]", "> . 1:1241(1240) ack 1; state 1")
                .then("< R 1:1(0) win 0", "state 7");
        String syn = "< S 0:0(0) win 1000";
        String synAck = "> S. 0:0(0) ack 1 <mss %d,nop,wscale 8>; state 7";
        String less = String.format(synAck, 1240);
        String all = String.format(synAck, 1460);
        explained(Deviation.PATH_MTU_IN_SYN, ended, syn, less, all);
        unexplained(ended, syn, all, less);
        unexplained(ended, syn, less, all.replace("ack 1", "ack 2"));
        unexplained(ended, syn, less, all.replace("wscale 8", "wscale 7"));
        unexplained(sent().then("< R 1:1(0) win 0", "state 7"), syn, less, all);
        Story before = sent().then(
                        "< icmp unreachable frag_needed mtu 1000 [1:101(100)]", "> . 1:961(960) ack 1; state 1")
                .then("< R 1:1(0) win 0", "state 7");
        explained(Deviation.PATH_MTU_IN_SYN, before, syn, String.format(synAck, 960), all);
    }

    @Test
    void aPathMtuThatCannotBeIsIgnored() {
        String tiny = "< icmp unreachable frag_needed mtu %d [%s(100)]";
        String again = "> . 1:513(512) ack 1; state 1";
        explained(Deviation.PATH_MTU_OF_NO_PATH, sent(), String.format(tiny, 60, "1:101"), again, "state 1");
        unexplained(sent(), String.format(tiny, 600, "1:101"), again, "state 1");
        unexplained(sent(), String.format(tiny, 60, "9001:9101"), again, "state 1");
        unexplained(sent(), String.format(tiny, 60, "1:101"), again, "> . 101:513(412) ack 1; state 1");
        unexplained(sent(), String.format(tiny, 60, "1:101"), again, "state 7");
    }

    @Test
    void aSoftErrorIsForgottenAfterAnAcknowledgment() {
        String ask = "getsockopt(4, SOL_SOCKET, SO_ERROR, [0], [4]) = 0";
        String none = "getsockopt = as written; state 1";
        String one = "getsockopt = [113]; state 1";
        Story told = sent().then("< icmp unreachable host_unreachable [1:101(100)]", "state 1");
        unexplained(told, ask, none, one);
        told.then("< . 1:1(0) ack 1 win 60000", "state 1");
        explained(Deviation.SOFT_ERROR_FORGOTTEN, told, ask, none, one);
        unexplained(told, ask, one, none);
        unexplained(told, ask, none, one.replace("113", "104"));
        unexplained(sent().then("< . 1:1(0) ack 1 win 60000", "state 1"), ask, none, one);
        Story elsewhere = sent().then("< icmp unreachable host_unreachable [9001:9101(100)]", "state 1");
        unexplained(elsewhere.then("< . 1:1(0) ack 1 win 60000", "state 1"), ask, none, one);
    }

    @Test
    void anIcmpErrorHasOneOtherName() {
        String connect = "connect(3, ..., ...)";
        String unreachable = "connect = -1 EHOSTUNREACH; state 7";
        String unsupported = "connect = -1 EOPNOTSUPP; state 7";
        Story failed = connecting().then("< icmp unreachable source_route_failed [0:0(0)]", "state 7");
        explained(Deviation.NAMES_OF_ICMP_ERRORS, failed, connect, unsupported, unreachable);
        unexplained(failed, connect, unreachable, unsupported);
        unexplained(failed, connect, unsupported, "connect = -1 ECONNREFUSED; state 7");
        unexplained(failed, connect, unsupported, "connect = -1 EHOSTUNREACH; state 2");
        Story other = connecting().then("< icmp unreachable host_unreachable [0:0(0)]", "state 7");
        unexplained(other, connect, unsupported, unreachable);
    }

    @Test
    void whatAFinEndsIsNotAcknowledgedFurther() {
        Story ended = open().then("< F. 1:11(10) ack 1 win 60000", "> . 1:1(0) ack 12; state 8");
        String beyond = "< P. 5:20(15) ack 1 win 60000";
        explained(Deviation.BEYOND_THE_END, ended, beyond, "> . 1:1(0) ack 20; state 8", "state 8");
        unexplained(ended, beyond, "state 8", "> . 1:1(0) ack 20; state 8");
        unexplained(ended, "< P. 5:11(6) ack 1 win 60000", "> . 1:1(0) ack 12; state 8", "state 8");
        Story ahead = open().then("< F. 101:101(0) ack 1 win 60000", CHALLENGE);
        String text = "< P. 1:101(100) ack 1 win 60000";
        unexplained(ahead, text, "> . 1:1(0) ack 102; state 8", "> . 1:1(0) ack 101; state 1");
        Story behind = ahead.then("< . 201:301(100) ack 1 win 60000", CHALLENGE);
        explained(
                Deviation.TEXT_BEHIND_FIN, behind, text, "> . 1:1(0) ack 102; state 8", "> . 1:1(0) ack 101; state 1");
        unexplained(behind, text, "> . 1:1(0) ack 102; state 8", "> . 1:1(0) ack 1; state 1");
    }

    @Test
    void onlyACorkHoldsBackWhatNoDelayPushes() {
        String on = "setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4)";
        String pushed = "setsockopt = 0; > . 1:2(1) ack 1; state 1";
        Story corked = open().then("setsockopt(4, SOL_TCP, TCP_CORK, [1], 4)", "setsockopt = 0; state 1")
                .then("send(4, ..., 1, 0)", "send = 1; state 1");
        explained(Deviation.NO_DELAY_PUSHES, corked, on, pushed, "setsockopt = 0; state 1");
        unexplained(corked, on, "setsockopt = 0; state 1", pushed);
        unexplained(corked, on, pushed, "setsockopt = -1 EINVAL; state 1");
        unexplained(open(), on, pushed, "setsockopt = 0; state 1");
    }

    @Test
    void onlyTheRightErrorStaysInAQueue() {
        String poll = "poll([{fd=3, events=POLLIN|POLLOUT|POLLRDHUP|POLLPRI, revents=0}], 1, 0) = ...";
        Story byReset = connecting().then("< R. 0:0(0) ack 1 win 0", "state 7");
        unexplained(byReset, poll, "poll = 1 [8221]; state 7", "poll = 1 [8213]; state 7");
        Story unreachable = connecting()
                .then("< icmp unreachable host_unreachable [0:0(0)]", "state 7")
                .then("getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4])", "getsockopt = [113]; state 7");
        explained(
                Deviation.ERROR_QUEUE_OF_CONNECT,
                unreachable,
                poll,
                "poll = 1 [8221]; state 7",
                "poll = 1 [8213]; state 7");
        unexplained(unreachable, poll, "poll = 1 [8213]; state 7", "poll = 1 [8221]; state 7");
        unexplained(unreachable, poll, "poll = 1 [8221]; state 7", "poll = 1 [8212]; state 7");
    }
}
