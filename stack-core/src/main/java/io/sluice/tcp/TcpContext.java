package io.sluice.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.buffer.MemoryAccount;
import io.sluice.buffer.ReceiveQueue;
import io.sluice.buffer.SendQueue;
import io.sluice.cc.AckSample;
import io.sluice.event.Counters;
import io.sluice.event.Pollable;
import io.sluice.event.StackEvents;
import io.sluice.link.FlowLabels;
import io.sluice.link.TransmitRing;
import io.sluice.time.TimerNode;
import io.sluice.time.TimerWheel;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** The parts of one host's TCP and what they share. The parts are stateless; connections are passed to them. */
final class TcpContext {
    final Knobs knobs;
    final TimerWheel wheel;
    final TransmitRing ring;
    final Pollable.ReadyList ready;
    final Counters counters;
    final StackEvents events;
    final RandomGenerator random;
    final MemoryAccount memory;
    final ByteBufAllocator allocator;
    final TcpEnvironment environment;
    final FlowTable flows;
    final SequenceSecret secret;
    final FlowLabels flowLabels;
    final LedgerPool ledgerPool = new LedgerPool();
    final TimerTable.Pool timerPool = new TimerTable.Pool();
    final SendQueue.Pool sendPool;
    final ReceiveQueue.Pool receivePool = new ReceiveQueue.Pool();

    /** What a connection has in the place of a ledger while nothing is in flight. */
    final SendLedger emptyLedger = ledgerPool.empty;

    /** What a connection has in the place of a reassembly queue while nothing is out of order. */
    final Reassembly emptyReassembly = new Reassembly(receivePool);

    /** Scratch of the acknowledgment being processed. */
    final AckSample sample = new AckSample();

    final AckOutcome outcome = new AckOutcome(sample.rate);

    final RttEstimator rttEstimator;
    final SenderView view = new SenderView();
    final LossEpisodes episodes;
    final LossTimer lossTimer;
    final Losses losses = new Losses();
    final Algorithms algorithms;
    final SegmentWriter writer;
    final ReceiveWindow receiveWindow;
    final AckPolicy ackPolicy;
    final Ecn ecn;
    final SegmentSizing sizing;
    final SendRoom sendRoom;
    final TailLossProbe tailLossProbe;
    final Output output;
    final Replies replies;
    final Acknowledgments acknowledgments;
    final DataInput dataInput;
    final SegmentArrives segmentArrives;
    final HandshakeInput handshakeInput;
    final ListenInput listenInput;
    final HalfOpenInput halfOpenInput;
    final PeerPaths peerPaths;
    final Timeouts timeouts;
    final UserTimeout userTimeout;
    final CwndValidation validation;
    final Ending ending;
    final TimeWaits timeWaits;
    final Orphans orphans;
    final UserCalls userCalls;
    final AccurateEcn accurateEcn;
    final AccurateEcnOption accurateEcnOption;
    final AccurateEcnFeedback accurateEcnFeedback;
    final CongestionChoice congestionChoice;
    final PacingRate pacingRate;
    final OptionChanges optionChanges;
    final ReceiveTuning receiveTuning;
    final SendTuning sendTuning;
    final IcmpInput icmpInput;
    final PathMtuDiscovery pathMtu;
    final Guard guard;
    final Listeners listeners;
    final Authenticator authenticator;
    final FastOpenClient fastOpenClient;
    final FastOpenServer fastOpenServer;

    final TcpStacks stacks;
    TcpStack stack;

    TcpContext(TcpConfig config) {
        knobs = new Knobs(config.profile(), config.congestionControls());
        stack = config.stack();
        stacks = config.stacks();
        wheel = config.wheel();
        ring = config.ring();
        ready = config.ready();
        counters = config.counters();
        events = config.events();
        authenticator = new Authenticator(knobs, counters);
        random = config.random();
        memory = config.memory();
        allocator = config.allocator();
        sendPool = new SendQueue.Pool(allocator);
        environment = config.environment();
        flows = new FlowTable(random.nextLong());
        listeners = new Listeners(random.nextLong(), random.nextLong());
        secret = new SequenceSecret(random.nextLong(), random.nextLong());
        flowLabels = secret.flowLabels(() -> (knobs.get(Knob.FLOW_LABELS) & 1) != 0);
        peerPaths = new PeerPaths(this);
        rttEstimator = new RttEstimator(knobs);
        algorithms = new Algorithms(this);
        episodes = new LossEpisodes(this);
        lossTimer = new LossTimer(this);
        writer = new SegmentWriter(this);
        receiveWindow = new ReceiveWindow(this);
        ackPolicy = new AckPolicy(this);
        ecn = new Ecn(this);
        sizing = new SegmentSizing(knobs);
        sendRoom = new SendRoom(this);
        tailLossProbe = new TailLossProbe(this);
        output = new Output(this);
        replies = new Replies(this);
        ending = new Ending(this);
        timeWaits = new TimeWaits(this);
        orphans = new Orphans(this);
        acknowledgments = new Acknowledgments(this);
        dataInput = new DataInput(this);
        segmentArrives = new SegmentArrives(this);
        handshakeInput = new HandshakeInput(this);
        listenInput = new ListenInput(this);
        halfOpenInput = new HalfOpenInput(this);
        timeouts = new Timeouts(this);
        userTimeout = new UserTimeout(this);
        validation = new CwndValidation(this);
        userCalls = new UserCalls(this);
        receiveTuning = new ReceiveTuning(this);
        sendTuning = new SendTuning(this);
        optionChanges = new OptionChanges(this);
        accurateEcn = new AccurateEcn(this);
        accurateEcnOption = new AccurateEcnOption(this);
        accurateEcnFeedback = new AccurateEcnFeedback(this);
        congestionChoice = new CongestionChoice(this);
        pacingRate = new PacingRate(knobs);
        icmpInput = new IcmpInput(this);
        pathMtu = new PathMtuDiscovery(this);
        guard = new Guard(this);
        fastOpenClient = new FastOpenClient(this);
        fastOpenServer = new FastOpenServer(this);
    }

    /** Ends every flow silently. */
    void closeAll(long nowNs) {
        List<Flow> all = new ArrayList<>();
        flows.forEach(all::add);
        for (Flow f : all) {
            if (f instanceof TcpConnection c) {
                c.released = true;
                c.listener = null;
                c.transitionTo(TcpState.CLOSED, nowNs);
                ending.letGo(c);
            } else if (f instanceof TimerNode node) {
                Authenticator.close(Authenticator.of(f));
                wheel.disarm(node);
                flows.remove(f);
            }
        }
        timeWaits.clear();
        authenticator.hostKeys.close();
        sendPool.close();
    }

    /** A flow has ended: when it was the last, nothing is kept for the next one's use. */
    void afterFlow() {
        if (flows.size() == 0) {
            sendPool.releaseSpare();
        }
    }

    /** RFC 9293 §3.7.1 (MUST-15): the MSS of a peer that announces none. */
    int defaultMss(boolean ipv6) {
        return knobs.getInt(ipv6 ? Knob.DEFAULT_MSS_V6 : Knob.DEFAULT_MSS_V4);
    }

    /** RFC 7323 §4.1 (M15), RFC 7323 §5.4 (M21, M22): the timestamp clock ticks once a millisecond. */
    static int timestampClock(long nowNs) {
        return (int) (nowNs / 1_000_000);
    }

    /** Small pooled memory for one control packet. */
    ByteBuf controlBuffer(int capacity) {
        return allocator.directBuffer(capacity, capacity);
    }
}
