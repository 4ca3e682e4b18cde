package io.sluice.tcp;

import static io.sluice.host.OneHost.OWN4;
import static io.sluice.host.OneHost.PEER4;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sluice.api.Endpoint;
import io.sluice.api.ErrorQueue;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.host.OneHost;
import io.sluice.host.TestLink;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The stages of SO_TIMESTAMPING where a link is busy: scheduled when the segment is made, sent when the link takes it. */
final class SendStagesTest {
    private final TestLink link = new TestLink("test0");
    private final OneHost one = new OneHost(link, b -> b);
    private final TcpListener listener = new Sockets(one.host).listener();

    private TcpSocket accepted() {
        assertNull(listener.bind(new Endpoint(OWN4, 80)));
        assertNull(listener.listen(1));
        one.receive(new TestSegment(TcpHeader.SYN)
                .ports(2000, 80)
                .seq(1000)
                .mss(1460)
                .packet(PEER4, OWN4));
        int ack = TestSegment.read(one.transmitOne()).seq + 1;
        one.receive(new TestSegment(TcpHeader.ACK)
                .ports(2000, 80)
                .seq(1001)
                .ack(ack)
                .packet(PEER4, OWN4));
        return Objects.requireNonNull(listener.accept());
    }

    private void end(TcpSocket server) {
        server.abort(one.nowNs);
        one.transmit();
        listener.close(one.nowNs);
        one.close();
    }

    @Test
    void aBusyLinkLiesBetweenScheduledAndSent() {
        TcpSocket server = accepted();
        ErrorQueue queue = new ErrorQueue(server);
        assertNull(queue.stampWrites(EnumSet.of(SendNotice.Kind.SCHEDULED, SendNotice.Kind.SENT)));
        link.room(0);
        server.write(ByteBuffer.allocate(100));
        queue.endWrite(false);
        long madeNs = one.nowNs;
        assertEquals(0, one.transmit().size());
        assertEquals(new SendNotice(SendNotice.Kind.SCHEDULED, madeNs, 99, 99), queue.poll());
        assertNull(queue.poll());
        one.nowNs += 1000;
        assertEquals(0, one.transmit().size());
        assertNull(queue.poll());
        link.room(10);
        one.nowNs += 1000;
        assertEquals(1, one.transmit().size());
        assertEquals(new SendNotice(SendNotice.Kind.SENT, madeNs + 2000, 99, 99), queue.poll());
        assertNull(queue.poll());
        end(server);
    }

    @Test
    void packetsAreToldOfWheneverTheyLeaveAndWritesOnce() {
        TcpSocket server = accepted();
        ErrorQueue queue = new ErrorQueue(server);
        assertNull(queue.stampPackets(EnumSet.of(SendNotice.Kind.SENT)));
        assertEquals(2, noticesOfARepeatedWrite(server, queue));
        assertNull(queue.stampWrites(EnumSet.of(SendNotice.Kind.SENT)));
        assertEquals(1, noticesOfARepeatedWrite(server, queue));
        end(server);
    }

    private int noticesOfARepeatedWrite(TcpSocket server, ErrorQueue queue) {
        server.write(ByteBuffer.allocate(100));
        queue.endWrite(false);
        TestSegment sent = TestSegment.read(one.transmitOne());
        List<byte[]> repeated = List.of();
        while (repeated.isEmpty()) {
            one.advance(one.host.nextDeadlineNs());
            repeated = one.transmit();
        }
        assertEquals(sent.seq, TestSegment.read(repeated.get(0)).seq);
        one.receive(new TestSegment(TcpHeader.ACK)
                .ports(2000, 80)
                .seq(1001)
                .ack(sent.seq + 100)
                .packet(PEER4, OWN4));
        int notices = 0;
        while (queue.poll() != null) {
            notices++;
        }
        return notices;
    }
}
