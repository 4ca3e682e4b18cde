package io.sluice.packetdrill.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.packetdrill.run.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What happened before, in both the stack and the kernel: a step and its effects, in turn. */
final class Story {
    static final String CHALLENGE = "> . 1:1(0) ack 1; state 1";
    static final String TS = " <nop,nop,TS val ";

    private final List<Step> steps = new ArrayList<>();
    private final List<List<String>> effects = new ArrayList<>();
    private Setting setting = Setting.USUAL;

    /** Acknowledgments may wait. */
    Story delaying() {
        setting = new Setting(Mode.IPV4, Topic.WAITING_ACKS);
        return this;
    }

    Story then(String step, String came) {
        steps.add(Step.of(step));
        effects.add(effects(came));
        return this;
    }

    Story waiting(String step, String came) {
        steps.add(pausing(step));
        effects.add(effects(came));
        return this;
    }

    private static List<String> effects(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split("; ", -1));
    }

    Optional<Deviation> with(Step step, String kernel, String stack) {
        List<Step> all = new ArrayList<>(steps);
        all.add(step);
        List<List<String>> ofKernel = new ArrayList<>(effects);
        ofKernel.add(effects(kernel));
        List<List<String>> ofStack = new ArrayList<>(effects);
        ofStack.add(effects(stack));
        return Deviation.of(new Finding(0, setting, all, new Transcript(ofStack), new Transcript(ofKernel)));
    }

    static Story listening() {
        return new Story()
                .then("socket(..., SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP) = 3", "socket = as written; state 7")
                .then("bind(3, ..., ...) = 0", "bind = as written; state 7")
                .then("listen(3, 5) = 0", "listen = as written; state 10");
    }

    static Story connecting() {
        return new Story()
                .then("socket(..., SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP) = 3", "socket = as written; state 7")
                .then("connect(3, ..., ...)", "connect = -1 EINPROGRESS; > S 0:0(0) <mss 1460>; state 2");
    }

    static Story open(String syn, String acknowledgment) {
        return listening()
                .then(syn, "> S. 0:0(0) ack 1 <mss 1460>; state 10")
                .then(acknowledgment, "state 10")
                .then("accept(3, ..., ...) = 4", "accept = as written; state 1");
    }

    static Story open(String acknowledgment) {
        return open("< S 0:0(0) win 65535 <mss 1460>", acknowledgment);
    }

    static Story open() {
        return open("< . 1:1(0) ack 1 win 60000");
    }

    static Story sent() {
        return open().then("send(4, ..., 3000, 0)", "send = 3000; > . 1:3001(3000) ack 1; state 1");
    }

    static Step pausing(String step) {
        return Step.of(step).waiting(290_000_000);
    }

    static void explained(Deviation by, Story story, String step, String kernel, String stack) {
        explained(by, story, Step.of(step), kernel, stack);
    }

    static void explained(Deviation by, Story story, Step step, String kernel, String stack) {
        assertEquals(Optional.of(by), story.with(step, kernel, stack));
    }

    static void unexplained(Story story, String step, String kernel, String stack) {
        unexplained(story, Step.of(step), kernel, stack);
    }

    static void unexplained(Story story, Step step, String kernel, String stack) {
        assertEquals(Optional.empty(), story.with(step, kernel, stack));
    }

    static Story withSack() {
        return listening()
                .then(
                        "< S 0:0(0) win 65535 <mss 1460,sackOK,TS val 1000 ecr 0>",
                        "> S. 0:0(0) ack 1 <mss 1460,sackOK,TS val . ecr 1000>; state 10")
                .then("< . 1:1(0) ack 1 win 60000" + TS + "1001 ecr 1>", "state 10")
                .then("accept(3, ..., ...) = 4", "accept = as written; state 1")
                .then(
                        "< P. 1:51(50) ack 1 win 60000" + TS + "2000 ecr 1>",
                        "> . 1:1(0) ack 51 <nop,nop,TS val . ecr 2000>; state 1");
    }

    static String sack(String block) {
        return "> . 1:1(0) ack 51 <nop,nop,TS val . ecr 2000,nop,nop,sack " + block + ">; state 1";
    }
}
