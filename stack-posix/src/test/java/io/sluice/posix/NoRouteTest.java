package io.sluice.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.api.Endpoint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code connect} says where no route leads to the peer. */
final class NoRouteTest {
    @ParameterizedTest
    @CsvSource({
        "LINUX, 203.0.113.1, , ENETUNREACH",
        "LINUX, 203.0.113.1, 10.0.0.1, ENETUNREACH",
        "LINUX, 2001:db8::1, , ENETUNREACH",
        "FREEBSD, 203.0.113.1, , ENETUNREACH",
        "FREEBSD, 203.0.113.1, 0.0.0.0, ENETUNREACH",
        "FREEBSD, 203.0.113.1, 10.0.0.1, EHOSTUNREACH",
        "FREEBSD, 2001:db8::1, , EHOSTUNREACH",
        "FREEBSD, 2001:db8::1, ::, EHOSTUNREACH",
    })
    void connectFails(String profile, String remote, String local, Errno wanted) {
        PosixProfile errors = profile.equals("LINUX") ? PosixProfile.LINUX : PosixProfile.FREEBSD;
        try (TwoProcesses two = new TwoProcesses(errors)) {
            int fd = (int) two.client.socket(remote.contains(":"), true).result();
            if (local != null) {
                assertEquals(0, two.client.bind(fd, Endpoint.of(local, 5000)).result());
            }
            assertEquals(
                    wanted,
                    two.client.connect(fd, Endpoint.of(remote, 80), two.nowNs).errno());
            two.client.close(fd, two.nowNs);
        }
    }
}
