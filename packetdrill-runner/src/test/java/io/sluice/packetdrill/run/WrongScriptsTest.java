package io.sluice.packetdrill.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The runner can fail: each kind of expectation, made wrong, fails for the right reason and in the right line. */
final class WrongScriptsTest {
    private static final String RIGHT =
            """
             0    `sysctl -w net.ipv4.tcp_sack=1`
            +0    socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
            +0    setsockopt(3, IPPROTO_IP, IP_TTL, [33], 4) = 0
            +0    bind(3, ..., ...) = 0
            +0    listen(3, 1) = 0
            +0...0.2 accept(3, ..., ...) = 4
            +0.1  < S 0:0(0) win 65535 <mss 1000,sackOK,TS val 5 ecr 0,nop,wscale 3>
            +0    > (ttl 33) S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK,TS val 100 ecr 5,nop,wscale 9>
            +0.1  < . 1:1(0) ack 1 win 8000 <nop,nop,TS val 6 ecr 100>
            +0.1  < . 11:21(10) ack 1 win 8000 <nop,nop,TS val 7 ecr 100>
            +0    > . 1:1(0) ack 1 win 2048 <nop,nop,TS val 300 ecr 6,nop,nop,sack 11:21>
            +0    recv(4, ..., 100, MSG_DONTWAIT) = -1 EAGAIN (Resource temporarily unavailable)
            +0.1  < P. 1:11(10) ack 1 win 8000 <nop,nop,TS val 8 ecr 300>
            +0    > [noecn] . 1:1(0) ack 21 win 2048 <nop,nop,TS val 400 ecr 8>
            +0    read(4, ..., 100) = 20
            +0    write(4, ..., 500) = 500
            +0    > P. 1:501(500) ack 21 <...>
            +0.1  < . 21:21(0) ack 501 win 8000 <nop,nop,TS val 9 ecr 400>
            +0    getsockopt(4, SOL_SOCKET, SO_ERROR, [0], [4]) = 0
            +0    %{ assert tcpi_state == TCP_ESTABLISHED, 'state' }%
            +0.3  write(4, ..., 7) = 7
            +0    > P. 501:508(7) ack 21 <...>
            +0.1  < . 21:21(0) ack 508 win 8000 <nop,nop,TS val 9 ecr 700>
            """;

    private static RunResult run(String script) {
        return Runs.run(Personality.standard(), script);
    }

    @Test
    void theRightScriptPasses() {
        RunResult result = run(RIGHT);
        assertTrue(result.passed(), () -> result.failure().orElse(""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # kind                 | in the script                     | made wrong                         | line | message
            time, late             | +0    > (ttl 33)                  | +0.05 > (ttl 33)                   |  8 | the packet came at 0.100000
            time, never            | +0.3  write(4, ..., 7) = 7         | +0.3  > . 21:21(0) <...>           | 21 | no packet came
            absolute time          | +0    > [noecn]                   | 9.9   > [noecn]                    | 14 | the packet came at
            time range             | +0    > [noecn]                   | +0.1~+0.2 > [noecn]                | 14 | the packet came at
            time of an action      | +0    read(4                      | 0.2   read(4                       | 15 | time goes back
            flags                  | P. 1:501                          | . 1:501                            | 17 | flags
            more flags             | P. 1:501                          | FP. 1:501                          | 17 | flags
            sequence               | P. 1:501(500)                     | P. 2:502(500)                      | 17 | sequence number
            acknowledgment         | ack 21 win 2048                   | ack 20 win 2048                    | 14 | acknowledgment number
            window                 | ack 21 win 2048                   | ack 21 win 8193                    | 14 | window
            shorter payload        | 501:508(7)                        | 501:507(6)                         | 22 | flags
            longer payload         | 501:508(7)                        | 501:509(8)                         | 22 | payload length
            urgent pointer         | ack 21 win 2048                   | ack 21 win 2048 urg 1              | 14 | urgent pointer
            TTL                    | (ttl 33) S.                       | (ttl 32) S.                        |  8 | TTL
            ECN                    | [noecn]                           | [ect0]                             | 14 | ECN
            traffic class          | (ttl 33) S.                       | (tos 0x4) S.                       |  8 | traffic class
            MSS                    | <mss 1460,                        | <mss 1461,                         |  8 | options
            window scale           | nop,wscale 9                      | nop,wscale 8                       |  8 | options
            SACK permitted         | <mss 1460,sackOK,                 | <mss 1460,nop,nop,                 |  8 | options
            order of options       | <mss 1460,sackOK,                 | <sackOK,mss 1460,                  |  8 | options
            padding                | TS val 300 ecr 6,nop,nop,sack     | TS val 300 ecr 6,nop,eol,sack      | 11 | options
            timestamp value        | TS val 300 ecr 6                  | TS val 320 ecr 6                   | 11 | options
            timestamp echo         | TS val 400 ecr 8                  | TS val 400 ecr 7                   | 14 | options
            SACK block, left       | sack 11:21                        | sack 12:21                         | 11 | options
            SACK block, right      | sack 11:21                        | sack 11:22                         | 11 | options
            one option too many    | TS val 400 ecr 8>                 | TS val 400 ecr 8,nop,nop,nop,nop>  | 14 | options
            no options             | <nop,nop,TS val 400 ecr 8>        | ''                                 | 14 | options
            errno                  | -1 EAGAIN                         | -1 ENOTCONN                        | 12 | ENOTCONN
            error expected         | read(4, ..., 100) = 20            | read(4, ..., 100) = -1             | 15 | expected -1
            no error expected      | = -1 EAGAIN (Resource temporarily unavailable) | = 5                   | 12 | expected 5
            return value           | read(4, ..., 100) = 20            | read(4, ..., 100) = 19             | 15 | expected 19
            output argument        | SO_ERROR, [0]                     | SO_ERROR, [1]                      | 19 | expected 1, is 0
            returns too early      | +0...0.2 accept                   | +0...0.3 accept                    |  6 | should have returned at 0.300000
            blocks too long        | +0...0.2 accept                   | +0...0.1 accept                    |  6 | should have returned at 0.100000
            blocks                 | +0...0.2 accept                   | +0 accept                          |  6 | blocks
            code                   | == TCP_ESTABLISHED                | == TCP_CLOSE                       | 20 | does not hold: state
            command                | net.ipv4.tcp_sack=1               | net.ipv4.tcp_snack=1               |  1 | unknown
            option not understood  | IP_TTL                            | IP_NOT                             |  3 | IP_NOT
            """)
    void wrong(String kind, String right, String wrong, int line, String message) {
        String script = RIGHT.replaceFirst(
                java.util.regex.Pattern.quote(right), java.util.regex.Matcher.quoteReplacement(wrong));
        assertFalse(script.equals(RIGHT), kind + ": nothing was made wrong");
        RunResult result = run(script);
        assertFalse(result.passed(), kind + " was not noticed");
        String failure = result.failure().orElse("");
        assertTrue(failure.contains(message), () -> kind + ": " + failure);
        assertEquals(line, result.position() == null ? 0 : result.position().line(), () -> kind + ": " + failure);
    }

    private static final String DATAGRAMS =
            """
             0    socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3
            +0    setsockopt(3, IPPROTO_IP, IP_TTL, [33], 4) = 0
            +0    bind(3, ..., ...) = 0
            +0.1  < udp 4000 > 9 (100)
            +0    > (ttl 64) icmp unreachable port_unreachable [udp (100)]
            +0    sendto(3, ..., 50, 0, ..., ...) = 50
            +0    > (ttl 33, tos 0) udp 8080 > 8080 (50)
            """;

    private static final String DATAGRAM_OPTIONS =
            """
             0    socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3
            +0    bind(3, ..., ...) = 0
            +0    connect(3, ..., ...) = 0
            +0    setsockopt(3, IPPROTO_UDP, UDP_OPT_APC, [1], 4) = 0
            +0    setsockopt(3, IPPROTO_UDP, UDP_OPT_MRDS, [4000, 3], 8) = 0
            +0    write(3, ..., 5) = 5
            +0    > udp (5) <apc, mrds 4000 3>
            """;

    /** Nothing was asked that res could answer. */
    @Test
    void anAnswerNeedsAQuestion() {
        String failure =
                run(DATAGRAM_OPTIONS + "+0 < udp (0) <res>\n").failure().orElse("");
        assertTrue(failure.contains("there has been no req that res could answer"), failure);
    }

    private static final String OVER_IPV6 =
            """
            --ip_version=ipv6
             0    `sysctl -w net.ipv6.auto_flowlabels=0`
            +0    socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP) = 3
            +0    bind(3, ..., ...) = 0
            +0    listen(3, 1) = 0
            +0.1  < (flowlabel 0x12345) S 0:0(0) win 65535 <mss 1000>
            +0    > (flowlabel 0) S. 0:0(0) ack 1 <mss 1440>
            +0.1  < R 1:1(0) win 0
            +0.1  < R. 1:1(0) ack 1 win 0
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # kind                 | in the script                     | made wrong                         | line | message
            type of an ICMP        | icmp unreachable port_unreachable | icmp time_exceeded                 |  5 | type
            code of an ICMP        | port_unreachable [                | host_unreachable [                 |  5 | code
            MTU of an ICMP         | port_unreachable [                | port_unreachable mtu 1000 [        |  5 | MTU
            quoted length          | [udp (100)]                       | [udp (101)]                        |  5 | quoted packet
            quoted protocol        | [udp (100)]                       | [1:1(0)]                           |  5 | quoted packet
            quoted octets          | [udp (100)]                       | [raw (1)]                          |  5 | quoted packet
            TTL of an ICMP         | (ttl 64) icmp                     | (ttl 63) icmp                      |  5 | TTL
            time of an ICMP        | +0    > (ttl 64)                  | +0.1  > (ttl 64)                   |  5 | time
            missing ICMP           | < udp 4000 > 9                    | < udp 4000 > 8080                  |  5 | no packet came
            length of a datagram   | 8080 (50)                         | 8080 (51)                          |  7 | payload length
            port of a datagram     | udp 8080 > 8080                   | udp 8080 > 8081                    |  7 | ports
            TTL of a datagram      | (ttl 33, tos 0)                   | (ttl 34, tos 0)                    |  7 | TTL
            class of a datagram    | (ttl 33, tos 0)                   | (ttl 33, tos 4)                    |  7 | traffic class
            """)
    void wrongDatagram(String kind, String right, String wrong, int line, String message) {
        wrong(DATAGRAMS, kind, right, wrong, line, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            CRC of the payload     | apc,                              | apc 1,                             |  7 | UDP options
            value                  | mrds 4000 3                       | mrds 4000 2                        |  7 | UDP options
            another option         | mrds 4000 3                       | exp 4000 3                         |  7 | UDP options
            one more               | apc,                              | apc, nop,                          |  7 | UDP options
            one less               | apc, mrds                         | mrds                               |  7 | UDP options
            """)
    void wrongDatagramOptions(String kind, String right, String wrong, int line, String message) {
        wrong(DATAGRAM_OPTIONS, kind, right, wrong, line, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            flow label             | (flowlabel 0) S.                  | (flowlabel 0x12345) S.             |  7 | flow label
            reason of a reset      | (flowlabel 0) S. 0:0(0) ack 1 <mss 1440> | R. 0:8(8) ack 1 [code 4, pen 0] |  7 | reason of the reset
            """)
    void wrongOverIpv6(String kind, String right, String wrong, int line, String message) {
        wrong(OVER_IPV6, kind, right, wrong, line, message);
    }

    /** What only some scripts say, made wrong in one of our own: the other options, ports of tunnels, what calls return in structures. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # script                           | in the script                      | made wrong                        | message
            fast-open/client-black-hole        | > S 0:100(100) <mss 1460,sackOK,TS val 150 ecr 0,nop,wscale 9,FO 01 | > S 0:100(100) <mss 1460,sackOK,TS val 150 ecr 0,nop,wscale 9,FO 02 | options
            fast-open/client-black-hole        | TS val 100 ecr 0,nop,wscale 9,FO,nop,nop | TS val 100 ecr 0,nop,wscale 9,FOEXP | options
            accurate-ecn/acks-of-acks          | AccECN0 ee0b 1001 eceb 0>          | AccECN0 ee0b 1002 eceb 0>         | options
            accurate-ecn/acks-of-acks          | AccECN0 ee0b 1001 eceb 0>          | AccECN0 ee0b 1001 eceb 1>         | options
            accurate-ecn/acks-of-acks          | AccECN0 ee0b 1001 eceb 0>          | AccECN1 ee1b 1001 eceb 0>         | options
            accurate-ecn/acks-of-acks          | > .5 1:1                           | > .4 1:1                          | flags
            authentication/ao-ipv6             | > . 1:1(0) ack 1 <ao keyid 10      | > . 1:1(0) ack 1 <ao keyid 11     | options
            authentication/ao-ipv6             | ack 1 <ao keyid 10 rnext 20 valid> | ack 1 <ao keyid 10 rnext 21 valid> | options
            authentication/md5-passive-open    | > S. 0:0(0) ack 1 <mss 1460,nop,nop,md5 valid> | > S. 0:0(0) ack 1 <mss 1460,nop,nop,md5 000102030405060708090a0b0c0d0e0f> | options
            udp-encapsulation/active-open      | > . 1:1(0) ack 1/udp(9899 > 7)     | > . 1:1(0) ack 1/udp(9899 > 8)    | UDP destination port
            udp-encapsulation/active-open      | > . 1:1(0) ack 1/udp(9899 > 7)     | > . 1:1(0) ack 1/udp(9898 > 7)    | UDP source port
            udp-encapsulation/active-open      | > . 1:1(0) ack 1/udp(9899 > 7)     | > . 1:1(0) ack 1                  | encapsulation
            timers/user-timeout-advertised     | > . 1:1(0) ack 1 <gen-28 0078>     | > . 1:1(0) ack 1 <gen-28 0079>    | options
            timers/user-timeout-advertised     | > . 1:1(0) ack 1 <gen-28 0078>     | > . 1:1(0) ack 1 <gen-29 0078>    | options
            urgent/send                        | (1000) ack 1 urg 1500              | (1000) ack 1 urg 1501             | urgent pointer
            options/send-buffer                | revents=0}], 1, 0) = 0             | revents=POLLOUT}], 1, 0) = 0      | revents
            options/send-buffer                | revents=POLLOUT}], 1, 0) = 1       | revents=0}], 1, 0) = 1            | revents
            socket/epoll-edge                  | events=EPOLLIN, fd=4               | events=EPOLLOUT, fd=4             | events
            socket/epoll-edge                  | events=EPOLLIN, fd=4               | events=EPOLLIN, fd=5              | fd
            udp-options/control-messages       | msg_flags=MSG_TRUNC                | msg_flags=0                       | msg_flags
            """)
    void wrongField(String name, String right, String wrong, String message) throws IOException {
        String script = Files.readString(Runs.resource("/io/sluice/packetdrill/scripts/" + name + ".pkt"));
        assertTrue(script.contains(right), right);
        RunResult asWritten = run(script);
        assertTrue(asWritten.passed(), () -> asWritten.failure().orElse(""));
        int at = script.indexOf(right);
        String changed = script.substring(0, at) + wrong + script.substring(at + right.length());
        String failure = run(changed).failure().orElse("");
        assertTrue(failure.contains(message), () -> right + ": " + failure);
    }

    private static void wrong(String script, String kind, String right, String wrong, int line, String message) {
        RunResult asWritten = run(script);
        assertTrue(asWritten.passed(), () -> asWritten.failure().orElse(""));
        assertTrue(script.contains(right), kind);
        RunResult result = run(script.replace(right, wrong));
        String failure = result.failure().orElse("");
        assertTrue(failure.contains(message), () -> kind + ": " + failure);
        assertEquals(line, result.position() == null ? 0 : result.position().line(), () -> kind + ": " + failure);
    }

    @Test
    void aDatagramOverIpv6HasAChecksum() {
        String right =
                """
                --ip_version=ipv6
                 0    socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP) = 3
                +0    bind(3, ..., ...) = 0
                +0    setsockopt(3, IPPROTO_UDP, UDP_NO_CHECK6_TX, [0], 4) = 0
                +0    sendto(3, ..., 50, 0, ..., ...) = 50
                +0    > udp (50)
                """;
        assertTrue(run(right).passed(), () -> run(right).failure().orElse(""));
        String failure = run(right.replace("UDP_NO_CHECK6_TX, [0]", "UDP_NO_CHECK6_TX, [1]"))
                .failure()
                .orElse("");
        assertTrue(failure.contains("with no checksum"), failure);
    }

    @Test
    void headerOptionsThatMeanNothingAreRefused() {
        for (String option : new String[] {
            "--non_fatal=packet", "--netmask_ip=255.0.255.0", "--tolerance_usecs=-1", "--mtu=big", "--no_such"
        }) {
            assertTrue(run(option + "\n" + RIGHT).failure().orElse("").contains("option --"), option);
        }
        assertTrue(
                run("--non_fatal=syscall\n--netmask_ip=255.255.0.0\n" + RIGHT).passed());
    }

    @Test
    void theToleranceMayBeAPartOfTheWait() {
        String late = RIGHT.replace("+0    > (ttl 33)", "+0.05 > (ttl 33)");
        assertFalse(run(late).passed());
        assertTrue(run("--tolerance_percent=100\n" + late).passed());
        assertFalse(run("--tolerance_percent=50\n" + late).passed());
        assertTrue(run("--tolerance_percent=x\n" + late).failure().orElse("").contains("per cent"));
    }

    @Test
    void aPacketThatTheScriptLeavesOutIsUnexpected() {
        String script = RIGHT.replaceFirst("\\+0    > \\. 1:1\\(0\\) ack 1 win 2048.*\\R", "");
        RunResult result = run(script);
        assertFalse(result.passed());
        assertTrue(
                result.failure().orElse("").contains("acknowledgment number: expected 21, is 1"),
                result.failure().orElse(""));
    }

    @Test
    void aPacketThatIsNeverMentionedIsUnexpectedAtTheEnd() {
        String script = RIGHT.replaceFirst("\\+0    > P\\. 501:508\\(7\\).*\\R", "");
        RunResult result = run(script);
        assertFalse(result.passed());
        assertTrue(result.failure().orElse("").contains("a packet that the script does not mention"));
    }

    @Test
    void aPacketThatDoesNotComeIsMissingAtItsTime() {
        RunResult result = run(RIGHT + "+0.1  > . 508:508(0) ack 21 <...>\n");
        assertFalse(result.passed());
        assertTrue(
                result.failure().orElse("").contains("no packet came, expected was 1.000000"),
                result.failure().orElse(""));
    }

    @Test
    void aSegmentMayBeCutIntoSeveralUnlessTheScriptIsStrict() {
        String merged =
                """
                 0    socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
                +0    bind(3, ..., ...) = 0
                +0    listen(3, 1) = 0
                +0    < S 0:0(0) win 65535 <mss 1000>
                +0    > S. 0:0(0) ack 1 <mss 1460>
                +0.1  < . 1:1(0) ack 1 win 8000
                +0    accept(3, ..., ...) = 4
                +0    write(4, ..., 3000) = 3000
                +0    > P. 1:3001(3000) ack 1
                """;
        assertTrue(run(merged).passed());
        assertTrue(run("--strict_segments\n" + merged).failure().orElse("").contains("payload length"));
        String finer = merged.replace("P. 1:3001(3000) ack 1", ". 1:501(500) ack 1\n+0 > P. 501:3001(2500) ack 1");
        assertTrue(run(finer).passed());
        String withoutEnd = merged.replace("P. 1:3001(3000)", ". 1:2501(2500)");
        assertFalse(run(withoutEnd).passed());
    }

    @Test
    void theFailureShowsBothPackets() {
        String failure =
                run(RIGHT.replace("P. 1:501(500)", "P. 2:502(500)")).failure().orElse("");
        assertTrue(failure.startsWith("test:17:"), failure);
        assertTrue(failure.contains("expected: > P. 2:502(500) ack 21"), failure);
        assertTrue(failure.contains("actual: > P. 1:501(500) ack 21 win 2048 <nop,nop,TS val 400 ecr 8>"), failure);
    }
}
