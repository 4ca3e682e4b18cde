package io.sluice.packetdrill.differential;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What the Linux kernel does differently on purpose, or by the way it is built, and the stack does not imitate even under
 * Linux's profile. A difference that is none of these is a mistake of one of the two. The table in docs/differential.md
 * is made of these.
 */
public enum Deviation {
    SYN_AFTER_CLOSE(
            "RFC 9293 §3.10.7.4 (fourth), RFC 5961 §4.2",
            Right.STACK,
            "A SYN inside the window of a connection that its user has closed and whose FIN is acknowledged: the kernel"
                    + " resets, the stack challenges it.",
            c -> c.isClosed()
                    && c.isAllAcknowledged()
                    && !c.finReceived()
                    && c.segment().has('S')
                    && c.isInWindow()
                    && c.answers.kernelResets()
                    && c.answers.stackChallenges()),
    CROSSED_SYN(
            "RFC 9293 §3.10.7.4 (fifth)",
            Right.STACK,
            "After a simultaneous open, a segment that does not acknowledge our SYN: the kernel takes the connection for"
                    + " established, the stack resets.",
            c -> c.state.equals("3")
                    && c.isActive()
                    && c.segment().acknowledged() == 0
                    && c.answers.stack.equals(List.of("> R 0:0(0)", "state 3"))
                    && !c.answers.kernelResets()),
    SACK_OF_FIN(
            "RFC 2018 §3, RFC 2883 §4",
            Right.EITHER,
            "A FIN and SACK blocks: the kernel takes a FIN for an octet that text may join, goes on to report what lies beyond"
                    + " one, and forgets to report a duplicate when one ends the stream.",
            c -> SackDifference.isOfFin(c) || SackDifference.isOfTextAtFin(c) || SackDifference.isOfWaitingAtFin(c)),
    SACK_OF_TEXT_AHEAD(
            "RFC 2883 §4",
            Right.STACK,
            "Text ahead of a hole, all or a part of which has come before: the kernel does not report it as a duplicate where it"
                    + " joins it to what it holds.",
            SackDifference::isOfTextAhead),
    TIMESTAMP_TO_ECHO(
            "RFC 7323 §4.3, §5.3 (R2, R3)",
            Right.STACK,
            "TS.Recent: the kernel takes it from old text, and not from what acknowledges less than before; the stack from"
                    + " what is acceptable and whose acknowledgment is plausible.",
            c -> c.answers.sameButForEcho()
                    && c.answers.echoed() >= 0
                    && c.isEchoOfWhatCame()
                    && c.moments.stream().anyMatch(m -> m.segment().tsVal() == c.answers.echoed() && m.isStale())),
    TIMESTAMP_NEVER_AGREED(
            "RFC 7323 §3.2",
            Right.STACK,
            "In TIME-WAIT the kernel echoes a timestamp of a segment of a connection that has none.",
            c -> (c.isClosed() || c.state.equals("7"))
                    && c.finReceived()
                    && !c.hasTimestamps()
                    && c.isEchoOfWhatCame()
                    && c.answers.sameButForTimestampOfKernel()),
    OLD_ACKNOWLEDGMENTS(
            "RFC 5961 §7, RFC 7323 §5.3",
            Right.EITHER,
            "How often segments without text are answered that are outside the window, too old, or without ACK, and such as"
                    + " challenge: both limit it, not by the same clock, nor for the same segments.",
            c -> c.isPastTheLimit() && c.answers.differsByOneAcknowledgment()),
    TIME_WAIT_LIMITS(
            "RFC 9293 §3.10.7.4 (first), RFC 1337",
            Right.EITHER,
            "Segments in TIME-WAIT: the kernel answers at most twice a second, and also resets outside the window.",
            c -> (c.isClosed() || c.state.equals("7"))
                    && c.finReceived()
                    && !c.isInFlight()
                    && (c.answers.kernelSent.isEmpty() || c.segment().has('R') || c.isPastTheLimit())
                    && c.answers.differsByOneAcknowledgment()),
    SYN_AGAIN(
            "RFC 9293 §3.10.7.3 (first)",
            Right.EITHER,
            "In SYN-SENT, an acknowledgment of something else: both reset it; the kernel also repeats its SYN at once, since"
                    + " the peer may have remembered an older connection.",
            c -> c.state.equals("2")
                    && c.answers
                            .kernel
                            .toString()
                            .replaceFirst(", > S 0:0[^>]*>", "")
                            .equals(c.answers.stack.toString())),
    PATH_MTU_AT_NEXT(
            "RFC 5927 §4.1",
            Right.STACK,
            "A smaller path MTU, said of a segment at SND.NXT, which has not been sent: the kernel takes it and repeats, the"
                    + " stack ignores it.",
            c -> c.step.matches("< icmp .* mtu \\d+ \\[" + c.next() + ":.*")
                    && c.wasInFlight()
                    && c.answers.stackIsSilent()
                    && c.answers.kernelRepeatsMore()),
    PATH_MTU(
            "RFC 1191 §6.4, RFC 8201 §5.4",
            Right.EITHER,
            "A smaller path MTU: the kernel repeats what is larger than it, the stack all that is in flight.",
            c -> IcmpErrors.areInFlight(c, "(frag_needed mtu 1000|packet_too_big mtu 1300)")
                    && c.answers.kernelRepeatsPart()),
    PATH_MTU_IN_SYN(
            "RFC 9293 §3.7.1 (MUST-67)",
            Right.STACK,
            "The kernel tells in a SYN an MSS of no more than the path MTU that it has learned, the stack always what it can receive.",
            c -> c.hasStep("< icmp .* mtu .*") && c.answers.kernelTellsLessMss()),
    NAMES_OF_ICMP_ERRORS(
            "RFC 1122 §4.2.3.9",
            Right.EITHER,
            "An ICMP error says that a source route failed, or that a network is prohibited: the kernel calls that EOPNOTSUPP or"
                    + " ENETUNREACH, the stack EHOSTUNREACH.",
            c -> (IcmpErrors.areInFlight(c, "source_route_failed")
                            && (c.answers.differInError("EHOSTUNREACH", "EOPNOTSUPP")
                                    || c.answers.differInError("113", "95")))
                    || (IcmpErrors.areInFlight(c, "net_prohibited")
                            && (c.answers.differInError("EHOSTUNREACH", "ENETUNREACH")
                                    || c.answers.differInError("113", "101")))),
    SOFT_ERROR_FORGOTTEN(
            "RFC 1122 §4.2.3.9",
            Right.EITHER,
            "SO_ERROR, where ICMP has told of an error that does not end the connection: the kernel forgets it with any"
                    + " acknowledgment, the stack with one of something new.",
            c -> c.step.contains("SO_ERROR")
                    && IcmpErrors.areInFlight(c, "(\\w+_unreachable|no_route|\\w+_prohibited|source_route_failed)")
                    && IcmpErrors.areBeforeAcknowledgment(c)
                    && c.answers.onlyStackTellsSoftError()),
    ERROR_QUEUE_OF_CONNECT(
            "-",
            Right.EITHER,
            "An ICMP error that ends an attempt to connect: the kernel also keeps it in the error queue, so that poll goes on"
                    + " to tell of an error once it has been reported.",
            c -> c.step.startsWith("poll(")
                    && c.state.equals("7")
                    && IcmpErrors.cameWhileConnecting(c)
                    && c.answers.kernelPollsError()),
    PATH_MTU_OF_NO_PATH(
            "RFC 1191 §3",
            Right.EITHER,
            "A path MTU below 68 octets, which IPv4 does not allow: the kernel takes it for 552 and repeats, the stack ignores it.",
            c -> IcmpErrors.areInFlight(c, "frag_needed mtu 60") && c.answers.kernelRepeatsMore()),
    USER_TIMEOUT(
            "RFC 5482 §3",
            Right.EITHER,
            "A user timeout that is less than the retransmission timeout: the kernel looks at it when that timer goes off, and"
                    + " has a connection until then.",
            c -> c.hasStep("setsockopt.*TCP_USER_TIMEOUT, \\[100\\].*")
                    && RepetitionDifference.wasUnacknowledgedFor(c, 100_000_000)
                    && (c.answers.onlyStackTimedOut(c.segment().acknowledged(), c.hasSentUrgent())
                            || ((c.isClosed() || c.step.startsWith("close(") || c.isCallElsewhere())
                                    && (c.answers.kernelRepeatsOnceMore()
                                            || c.answers.onlyStackHasNoConnection(
                                                    c.segment().acknowledged()))))),
    WINDOW_TAKEN_BACK(
            "RFC 9293 §3.10.7.4 (fifth)",
            Right.STACK,
            "A segment that acknowledges nothing new and whose window is smaller than before: the kernel goes on to use the"
                    + " larger one.",
            c -> c.windows.isLimitedByShrunk(c.answers, c.next())
                    && (c.answers.sameButForLengths() || (c.waits() && c.answers.sameButForTimeouts(-1)))),
    WINDOW_FROM_AHEAD(
            "RFC 9293 §3.10.7.4 (fifth)",
            Right.STACK,
            "The window of a segment whose sequence number is less than that of one before: the stack goes by SND.WL1, also"
                    + " where the segment that ended the handshake was ahead of the stream.",
            c -> c.windows.hasOneBehindOneAhead() && c.isStackInWindow() && c.answers.sameButForLengths()),
    WINDOW_OF_OVERLAP(
            "RFC 9293 §3.10.7.4",
            Right.STACK,
            "The window of a segment that repeats text and goes on with new text: the stack takes it for one that begins at"
                    + " RCV.NXT, the kernel goes by its sequence number, which is less than SND.WL1.",
            c -> c.windows.hasOneOfOverlap()
                    && c.isStackInWindow()
                    && (c.answers.sameButForLengths() || (c.waits() && c.answers.oneProbes()))),
    MAXIMUM_WITHOUT_OPTION(
            "RFC 9293 §3.7.1",
            Right.STACK,
            "TCP_MAXSEG is not 536, and the SYN of the other side has no MSS option: the kernel sends segments of 536, or, if it has"
                    + " opened the connection, of TCP_MAXSEG; the stack sends no more than either.",
            RepetitionDifference::isOfDefaultSize),
    FIN_AT_NEXT_TICK(
            "RFC 9293 §3.8.6.3",
            Right.EITHER,
            "Where acknowledgments may wait, the FIN of a stream without text: the kernel acknowledges it when its clock next ticks,"
                    + " the stack at once.",
            DelayedAck::isOfEmptyStream),
    HOLE_TOLD_OF_BY_ITSELF(
            "RFC 5681 §2, §4.2",
            Right.STACK,
            "Text ahead of a hole, and something to send, which leaves with that segment's acknowledgment or window: the stack"
                    + " acknowledges first, by itself, so that it counts as a duplicate acknowledgment, the kernel with what it sends.",
            c -> c.segment().start() > c.received()
                    && c.segment().after() > c.segment().start()
                    && SackDifference.stackReportsWhatCame(c)
                    && c.answers.stackAcknowledgesFirst()),
    DUPLICATE_FORGOTTEN(
            "RFC 2883 §4",
            Right.EITHER,
            "Where acknowledgments may wait, a duplicate that waits to be reported, and then text with another flag, window or option than"
                    + " the kernel predicts: it forgets the duplicate.",
            SackDifference::isOfWaiting),
    NOBODY_ACKNOWLEDGES(
            "RFC 9293 §3.8.6.3 (MUST-40)",
            Right.STACK,
            "In FIN-WAIT-2, closed by its user, while an acknowledgment waits: the kernel keeps no more than a TIME-WAIT of the"
                    + " connection, and never sends it.",
            DelayedAck::isOfNoUser),
    MORE_THAN_A_SEGMENT(
            "RFC 9293 §3.8.6.3, RFC 5681 §4.2",
            Right.EITHER,
            "Where acknowledgments may wait, and text goes both ways: more than a full segment is acknowledged at once if the window"
                    + " need not be smaller than it was told last, else once it is read. How large windows are is each one's own"
                    + " matter.",
            DelayedAck::isOfMoreThanASegment),
    SACK_TAKES_ROOM(
            "RFC 2018 §3, RFC 6691",
            Right.EITHER,
            "While there are SACK blocks to report the kernel makes all segments shorter by them; the stack leaves them out of"
                    + " full segments, before which an ACK by itself reports a duplicate.",
            SackRoom::explains),
    FIN_WITHOUT_ROOM(
            "RFC 9293 §3.8.6",
            Right.STACK,
            "Text that fills the window, and a FIN behind it for which there is no room: the kernel holds both back, and sends the"
                    + " text as a probe, the stack sends the text at once.",
            RepetitionDifference::isOfFinWithoutRoom),
    F_RTO_PAST_NAGLE(
            "RFC 5682 §2.1 (2b)",
            Right.EITHER,
            "After a timeout, new data that is less than a segment: the kernel sends it for F-RTO; the stack, whose Nagle's"
                    + " algorithm holds it back, repeats instead.",
            c -> c.waited()
                    && c.isPartlyAcknowledged()
                    && c.answers.kernelSendsNewInsteadOfRepeating(c.segment().acknowledged(), 1460)),
    NO_DELAY_PUSHES(
            "-",
            Right.EITHER,
            "TCP_NODELAY while TCP_CORK holds data back: the kernel sends what waits once, the stack waits for the cork.",
            c -> c.step.matches("setsockopt\\(\\d+, SOL_TCP, TCP_NODELAY, \\[1\\].*")
                    && c.hasStep(".*TCP_CORK, \\[1\\].*")
                    && c.answers.kernelPushes(1460)),
    BEYOND_THE_END(
            "RFC 9293 §3.10.7.4 (seventh)",
            Right.STACK,
            "Text that repeats what came and goes on where the peer's FIN was: the kernel acknowledges what is beyond the end"
                    + " of the stream, the stack ignores it.",
            c -> SackDifference.stackReportsWhatCame(c)
                    && c.ofConnection()
                            .filter(m -> m.finReceived()
                                    && m.segment().start() < m.received()
                                    && m.segment().after() > m.received()
                                    && SackDifference.isUntold(c, m))
                            .anyMatch(m ->
                                    c.answers.kernelAcknowledges(m.segment().after()))),
    AGAIN_WITH_LAST_ACKNOWLEDGMENT(
            "RFC 9293 §3.10.7.4 (first)",
            Right.STACK,
            "The peer's FIN once more, or text if the user has closed, with the acknowledgment of our FIN: the kernel goes to"
                    + " TIME-WAIT or FIN-WAIT-2 in silence, the stack acknowledges, too, since the peer seems to have missed that.",
            c -> c.wasInFlight()
                    && c.segment().after() > c.segment().start()
                    && c.segment().after() <= c.received()
                    && ((c.finReceived() && c.segment().has('F')) || c.isClosed())
                    && c.segment().acknowledged() == c.next()
                    && c.answers.stackAlsoAcknowledges()),
    TEXT_BEHIND_FIN(
            "RFC 9293 §3.10.7.4 (seventh, eighth)",
            Right.EITHER,
            "Text beyond a FIN, both ahead of the stream: the stack takes the FIN for a mistake and waits for another, the kernel"
                    + " takes the text for one.",
            c -> c.hasTextBehindFin() && c.answers.kernelTakesFin()),
    SACK_AFTER_CLOSE(
            "RFC 2018 §4",
            Right.STACK,
            "In FIN-WAIT-2 and closed by its user, the kernel keeps no more than a TIME-WAIT of the connection, and reports no"
                    + " SACK blocks.",
            c -> c.isClosed()
                    && !c.finReceived()
                    && c.isAllAcknowledged()
                    && SackDifference.stackReportsWhatCame(c)
                    && c.answers.kernelLacksSack()),
    SYN_ACK_LIMIT(
            "RFC 5961 §7",
            Right.EITHER,
            "The SYN again, in SYN-RECEIVED: the kernel has one limit for the SYN-ACKs that answer it and for challenges.",
            c -> (c.segment().has('S')
                            && !c.segment().has('.')
                            && c.segment().start() + 1 == c.received()
                            && c.isPastTheLimit()
                            && c.answers.stackAlsoRepeatsSynAck())
                    || (c.isHalfOpen() && c.isAfterSynAckAgain() && c.answers.stackAlsoAcknowledges())),
    PART_OF_A_SEGMENT(
            "RFC 6298 §3, §5 (5.3)",
            Right.STACK,
            "An acknowledgment of a part of a segment: the kernel does not restart its timer, so that the next timeout comes"
                    + " sooner; nor does it take an RTT from it, so that after a timeout, whose back-off stays, it comes later, and"
                    + " nothing that follows is repeated before.",
            c -> RepetitionDifference.isOfPart(c) || RepetitionDifference.isOfPartAfterTimeout(c)),
    FEW_DUPLICATES(
            "RFC 5681 §3.2",
            Right.STACK,
            "Without SACK, a duplicate acknowledgment where so few segments are in flight that it cannot be of a lost one: the"
                    + " kernel takes it for reordering, and then repeats after fewer than three, or, of one segment, not at all.",
            c -> RepetitionDifference.isOfFewDuplicates(c) || RepetitionDifference.isOfDuplicatesOfOne(c)),
    FIRST_REPORTED(
            "RFC 2018 §8",
            Right.EITHER,
            "A SACK block that covers the first octet that is not acknowledged, which the other side must have thrown away: the"
                    + " kernel repeats it after 10 ms, the stack after the timeout.",
            RepetitionDifference::isOfReportedFirst),
    TIMEOUT_PARTLY_REPEATED(
            "RFC 5682 §3",
            Right.EITHER,
            "With SACK, an acknowledgment of what a timeout had repeated together with what it had not: the kernel takes the"
                    + " timeout for spurious, the stack does not. That decides when the next timeout comes, and how much may be"
                    + " sent.",
            c -> RepetitionDifference.wasTimeoutPartlyRepeated(c)
                    && c.waited()
                    && c.isStackInWindow()
                    && c.answers.sameButForTimeouts(c.segment().acknowledged())),
    URGENT_PROBE(
            "RFC 9293 §3.8.5, §3.8.6.1",
            Right.EITHER,
            "A probe of a closed window, with urgent data to send: the kernel sends one segment for each of the two.",
            c -> c.hasSentUrgent() && c.waited() && c.answers.kernelAlsoSendsUrgent()),
    RETRANSMISSION(
            "RFC 9293 §3.8.1",
            Right.EITHER,
            "What is repeated together after a timeout: the kernel joins small segments, and a FIN to the text before it.",
            c -> c.waited()
                    && !c.hasSentUrgent()
                    && c.isInFlight()
                    && c.isStackInWindow()
                    && c.answers.bothRepeat()
                    && c.answers.sameButForLengths()),
    OTHER_SUPER_SEGMENTS(
            "RFC 9293 §3.8.6.2.1",
            Right.EITHER,
            "How much is sent while something is in flight, after something was repeated, or into a window whose end is less than a segment"
                    + " away: the kernel puts more of several writes into one super-segment, and may wait for more to put into it.",
            c -> !c.hasSentUrgent()
                    && c.isStackInWindow()
                    && (((c.wasInFlight()
                                            || RepetitionDifference.hasRepeated(c)
                                            || c.windows.areSmall()
                                            || c.isFillingWindow())
                                    && c.answers.sameButForLengths())
                            || RepetitionDifference.isOfSmallWindow(c))),
    URGENT_TO_SEND(
            "RFC 9293 §3.8.5, §3.7.4",
            Right.STACK,
            "With urgent data in flight the kernel sends without Nagle's algorithm and joins no segments; into a small window it"
                    + " waits before it sends any.",
            c -> c.hasSentUrgent()
                    && (c.isInFlight() || c.windows.areSmall())
                    && c.isStackInWindow()
                    && (c.answers.sameButForLengths() || c.answers.kernelWithholdsUrgent())),
    URGENT_TO_READ(
            "RFC 9293 §3.8.5, RFC 6093 §3",
            Right.EITHER,
            "Urgent data: the kernel counts readable octets up to the urgent mark, takes the octet out of line for unread,"
                    + " tells of it once it has come (or for one of the next segment's header), ignores a mark in text that has come and takes one beyond the end of the"
                    + " stream, and decides at the time of the call whether it is in line; of a connection that was reset it has"
                    + " none.",
            c -> UrgentReader.explains(c) || UrgentReader.explainsClose(c)),
    ICMP_REVERTS_BACK_OFF(
            "RFC 6069 (experimental)",
            Right.EITHER,
            "An ICMP error for what was retransmitted takes the back-off back in the kernel.",
            c -> IcmpErrors.areInFlight(c, "(net_unreachable|host_unreachable|source_route_failed)")
                    && c.waited()
                    && c.answers.kernelRepeatsOnceMore()),
    RESET_WITH_TEXT(
            "RFC 5961 §3.2 (1)",
            Right.STACK,
            "A reset outside the window whose text, or FIN, reaches into it: the kernel challenges it, the stack drops it.",
            c -> c.segment().has('R')
                    && c.segment().start() < c.received()
                    && c.segment().after() >= c.received()
                    && c.answers.stackIsSilent()
                    && c.answers.differsByOneAcknowledgment()),
    SEQUENCE_AFTER_SHRINKING(
            "RFC 9293 §3.10.4, §3.8.6",
            Right.STACK,
            "Once the peer has taken back window that was used, the kernel gives segments without text the sequence"
                    + " number at which the window ends, not SND.NXT.",
            ShrunkWindow::explains),
    QUEUE_AFTER_THE_END(
            "-",
            Right.EITHER,
            "SIOCOUTQ of a connection that is over: the kernel goes on to tell what was not acknowledged.",
            c -> c.step.contains("SIOCOUTQ") && AfterTheEnd.explainsQueue(c)),
    NOT_CONNECTED_ANY_MORE(
            "-",
            Right.EITHER,
            "A connection that is over: in the kernel the socket stays one that was connected, for connect, and may listen.",
            c -> c.state.equals("7") && AfterTheEnd.explainsReuse(c));

    /** Who does what the RFC says. */
    public enum Right {
        /** The stack. */
        STACK,
        /** Both: the RFC leaves it open, or is silent. */
        EITHER
    }

    private final String section;
    private final Right right;
    private final String explanation;

    @SuppressWarnings("ImmutableEnumChecker") // the tests keep nothing
    private final Predicate<Circumstance> test;

    Deviation(String section, Right right, String explanation, Predicate<Circumstance> test) {
        this.section = section;
        this.right = right;
        this.explanation = explanation;
        this.test = test;
    }

    /** What is different, and why. */
    public String explanation() {
        return explanation;
    }

    /** The table of them all, a line each, for docs/differential.md. */
    public static List<String> table() {
        return Arrays.stream(values())
                .map(d -> "| " + d.name() + " | " + d.explanation + " | " + d.section + " | "
                        + (d.right == Right.STACK ? "the stack" : "either") + " |")
                .toList();
    }

    private static Optional<Deviation> of(Circumstance circumstance) {
        return Arrays.stream(values()).filter(d -> d.test.test(circumstance)).findFirst();
    }

    /** The one that explains {@code finding}, with or without {@link #SEQUENCE_AFTER_SHRINKING}. */
    static Optional<Deviation> of(Finding finding) {
        Circumstance circumstance = new Circumstance(finding);
        return of(circumstance)
                .or(() -> ShrunkWindow.without(finding, circumstance).flatMap(rest -> of(new Circumstance(rest))));
    }
}
