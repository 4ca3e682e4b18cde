package io.sluice.posix;

import io.sluice.tcp.TcpConnection;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The memory that {@code sendmsg} is given, in one, and where packets have to end that can only hold so many pieces. */
final class Pieces {
    final ByteBuffer data;
    private final List<Integer> edges = new ArrayList<>();

    /** @param most pieces of one packet; 0 for any number */
    Pieces(List<ByteBuffer> pieces, int most) {
        data = ByteBuffer.allocate(
                pieces.stream().mapToInt(ByteBuffer::remaining).sum());
        int inPacket = 0;
        for (ByteBuffer piece : pieces) {
            if (piece.hasRemaining() && most > 0 && inPacket++ == most) {
                edges.add(data.position());
                inPacket = 1;
            }
            data.put(piece.duplicate());
        }
        data.flip();
    }

    /** The memory is lent: its packets end at the edges. */
    void endPackets(TcpConnection c) {
        edges.forEach(edge -> c.sendNotices().endPacketAfter(edge));
    }
}
