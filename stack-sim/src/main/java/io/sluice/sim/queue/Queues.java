package io.sluice.sim.queue;

import java.util.random.RandomGenerator;

/** The queues there are, by name. */
public final class Queues {
    private Queues() {}

    /** Tail drop, limited in packets and octets. */
    public static QueueFactory dropTail(int packets, int bytes) {
        return new Named("drop-tail " + limit(packets, bytes), random -> new DropTail(packets, bytes));
    }

    /** {@link Red} with the thresholds that follow from what fits and from how long a packet takes to leave. */
    public static QueueFactory red(int bytes, long packetNs, boolean ecn) {
        Red.Parameters parameters = Red.Parameters.of(bytes, packetNs, ecn);
        return new Named("RED " + bytes + " octets" + ecn(ecn), random -> new Red(parameters, random));
    }

    /** {@link CoDel}. */
    public static QueueFactory codel(int bytes, boolean ecn) {
        return new Named("CoDel " + bytes + " octets" + ecn(ecn), random -> new CoDel(bytes, ecn));
    }

    /** {@link FqCoDel}. */
    public static QueueFactory fqCodel(int packets, boolean ecn) {
        return new Named("FQ-CoDel " + packets + " packets" + ecn(ecn), random -> new FqCoDel(packets, ecn));
    }

    /** {@link Pie}. */
    public static QueueFactory pie(int bytes, boolean ecn) {
        return new Named("PIE " + bytes + " octets" + ecn(ecn), random -> new Pie(bytes, ecn, random));
    }

    /** {@link StepMark}. */
    public static QueueFactory stepMark(long thresholdNs, int bytes) {
        return new Named(
                "step mark at " + thresholdNs / 1e6 + " ms, " + bytes + " octets",
                random -> new StepMark(thresholdNs, bytes));
    }

    /** {@link DualPi2}. */
    public static QueueFactory dualPi2(int bytes) {
        return new Named("DualPI2 " + bytes + " octets", random -> new DualPi2(bytes));
    }

    /** {@link DeviceRing}: any of these, in front of a device that holds so many packets of its own. */
    public static QueueFactory beforeDevice(QueueFactory queue, int packets) {
        return new Named(
                queue + " before a device with " + packets + " packets",
                random -> new DeviceRing(queue.create(random), packets));
    }

    private static String limit(int packets, int bytes) {
        return (packets == Integer.MAX_VALUE ? "" : packets + " packets ")
                + (bytes == Integer.MAX_VALUE ? "" : bytes + " octets");
    }

    private static String ecn(boolean ecn) {
        return ecn ? " ECN" : "";
    }

    private record Named(String name, QueueFactory factory) implements QueueFactory {
        @Override
        public QueueDiscipline create(RandomGenerator random) {
            return factory.create(random);
        }

        @Override
        public String toString() {
            return name.trim();
        }
    }
}
