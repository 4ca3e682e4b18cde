package io.sluice.sim;

import io.netty.buffer.ByteBuf;
import java.util.SplittableRandom;

/**
 * The dice of one direction of a wire. Each kind of fault has a stream of its own, so that switching one on does not
 * change which packets the others hit.
 */
final class Faults {
    /** A burst of at most 15 bits never cancels out in a ones-complement sum of 16-bit words (RFC 1071). */
    private static final int MAX_BURST_BITS = 8;

    private final PipeConfig config;
    private final SplittableRandom loss;
    private final SplittableRandom duplication;
    private final SplittableRandom reordering;
    private final SplittableRandom corruption;
    private final SplittableRandom jitter;
    private final SplittableRandom marking;
    private final SplittableRandom burst;
    private final boolean hasBursts;
    private boolean bad;
    private int inPeriod;
    private int burstLeft;
    private long burstEndNs;

    Faults(PipeConfig config, RandomStreams random, String pipe) {
        this.config = config;
        loss = random.stream(pipe + " loss");
        burst = random.stream(pipe + " burst loss");
        hasBursts = config.burstLoss().meanLoss() > 0;
        duplication = random.stream(pipe + " duplication");
        reordering = random.stream(pipe + " reordering");
        corruption = random.stream(pipe + " corruption");
        jitter = random.stream(pipe + " jitter");
        marking = random.stream(pipe + " marking");
    }

    boolean loses(ByteBuf packet, long nowNs) {
        if (config.lossEvery() > 0 && isLastOfPeriod(packet)) {
            return true;
        }
        if (hasBursts && losesInBurst()) {
            return true;
        }
        if (burstLeft > 0 && nowNs <= burstEndNs) {
            burstLeft--;
            return true;
        }
        boolean hit = hits(loss, config.loss());
        if (hit && config.lossBurstPackets() > 1) {
            burstLeft = loss.nextInt(config.lossBurstPackets());
            burstEndNs = nowNs + config.lossBurstNs();
        }
        return hit;
    }

    private boolean isLastOfPeriod(ByteBuf packet) {
        if (!IpFields.isTcp(packet) || IpFields.isBareAck(packet)) {
            return false;
        }
        inPeriod = (inPeriod + 1) % config.lossEvery();
        return inPeriod == 0;
    }

    private boolean losesInBurst() {
        GilbertElliott model = config.burstLoss();
        bad = bad ? !hits(burst, model.badToGood()) : hits(burst, model.goodToBad());
        return hits(burst, bad ? model.lossInBad() : model.lossInGood());
    }

    boolean duplicates() {
        return hits(duplication, config.duplication());
    }

    boolean reorders() {
        return hits(reordering, config.reordering());
    }

    boolean corrupts() {
        return hits(corruption, config.corruption());
    }

    /** What the way does to the ECN field; whether it marks the packet. */
    boolean marks(ByteBuf packet) {
        if (config.clearsEcn()) {
            IpFields.clearEcn(packet);
        }
        boolean hit = hits(marking, config.marking()) && IpFields.ecn(packet) != IpFields.NOT_ECT;
        if (hit) {
            IpFields.mark(packet);
        }
        return hit;
    }

    private static boolean hits(SplittableRandom stream, double probability) {
        return probability > 0 && stream.nextDouble() < probability;
    }

    long jitterNs() {
        return config.jitterNs() == 0 ? 0 : jitter.nextLong(config.jitterNs() + 1);
    }

    /** How long a packet that is held back waits. */
    long holdBackNs() {
        return config.reorderingDelayNs() == 0 ? 0 : reordering.nextLong(config.reorderingDelayNs() + 1);
    }

    /** How much later than the first one the second copy comes. */
    long copyDelayNs() {
        long most = Math.max(config.reorderingDelayNs(), config.jitterNs());
        return most == 0 ? 0 : duplication.nextLong(most + 1);
    }

    /** Flips a burst of neighbouring bits: some, at a random place. */
    void corrupt(ByteBuf bytes) {
        int bits = bytes.readableBytes() * Byte.SIZE;
        int first = corruption.nextInt(bits);
        int burst = 1 + corruption.nextInt(MAX_BURST_BITS);
        for (int i = 0; i < burst && first + i < bits; i++) {
            if (i == 0 || corruption.nextBoolean()) {
                flip(bytes, first + i);
            }
        }
    }

    private static void flip(ByteBuf bytes, int bit) {
        int at = bytes.readerIndex() + bit / Byte.SIZE;
        bytes.setByte(at, bytes.getByte(at) ^ (0x80 >>> (bit % Byte.SIZE)));
    }
}
