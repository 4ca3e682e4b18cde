package io.sluice.cli;

import io.sluice.api.ExtensionOption;
import io.sluice.api.TcpSocket;
import io.sluice.event.SocketError;
import io.sluice.sim.workload.PeerPlan;
import io.sluice.sim.workload.StreamUpgrade;
import io.sluice.tls.CipherSource;
import io.sluice.tls.CipherSuite;
import io.sluice.tls.TlsOffload;
import io.sluice.tls.TlsOption;
import io.sluice.tls.TrafficKeys;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * TLS on the connections of {@code sluice seeds}: both ends make the same keys from the plan; versions, suites, record
 * sizes, padding and key updates are drawn, and now and then only one direction is protected.
 */
final class TlsSeeds implements StreamUpgrade {
    private static final CipherSource CIPHERS = CipherSource.standard();
    private static final int FEW_RECORDS = 200;

    @Override
    public String option() {
        return "--tls";
    }

    @Override
    public void apply(TcpSocket socket, PeerPlan plan, RandomGenerator random, long nowNs) {
        TlsOffload.install(socket.host(), CIPHERS);
        SplittableRandom common = new SplittableRandom(plan.outKey() ^ plan.inKey());
        CipherSuite[] suites = CipherSuite.values();
        CipherSuite suite = suites[common.nextInt(suites.length)];
        boolean fromSmaller = common.nextInt(10) > 0;
        boolean fromLarger = common.nextInt(10) > 0;
        boolean smaller = plan.outKey() < plan.inKey();
        if (smaller ? fromSmaller : fromLarger) {
            set(socket, TlsOption.TLS_TX, keys(suite, plan.outKey()), nowNs);
            if (random.nextBoolean()) {
                set(socket, TlsOption.TLS_TX_MAX_PAYLOAD_LEN, random.nextInt(64, 16_385), nowNs);
            }
            if (random.nextBoolean()) {
                set(socket, TlsOption.TLS_TX_REKEY_RECORDS, random.nextLong(1, FEW_RECORDS), nowNs);
            }
            if (random.nextInt(4) == 0) {
                set(socket, TlsOption.TLS_TX_PADDING, random.nextInt(1, 1025), nowNs);
            }
        }
        if (smaller ? fromLarger : fromSmaller) {
            set(socket, TlsOption.TLS_RX, keys(suite, plan.inKey()), nowNs);
        }
    }

    private static <T> void set(TcpSocket socket, ExtensionOption<T> option, T value, long nowNs) {
        SocketError error = socket.set(option, value, nowNs);
        if (error != null && error != SocketError.NOT_CONNECTED) {
            throw new IllegalStateException(option.name() + ": " + error);
        }
    }

    private static TrafficKeys keys(CipherSuite suite, long seed) {
        byte[] secret = new byte[suite.hashBytes()];
        new SplittableRandom(seed).nextBytes(secret);
        return switch (suite.version()) {
            case TLS_1_3 -> TrafficKeys.ofSecret(suite, secret, 0);
            case TLS_1_2 -> TrafficKeys.ofMasterSecret(suite, secret, new byte[32], new byte[32], true, 1);
        };
    }
}
