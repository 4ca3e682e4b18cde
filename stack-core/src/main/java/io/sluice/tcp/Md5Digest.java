package io.sluice.tcp;

import io.sluice.tcp.authentication.MasterKey;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digest of RFC 2385 §2.0, fed piece by piece; one for all connections of a host. */
final class Md5Digest {
    static final int OCTETS = 16;

    private final MessageDigest md5;
    private final byte[] scratch = new byte[40 + TcpHeader.MIN_LENGTH];
    private final ByteBuffer fixed = ByteBuffer.wrap(scratch);
    private final byte[] digest = new byte[OCTETS];
    private final byte[] received = new byte[OCTETS];

    Md5Digest() {
        try {
            md5 = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("MD5 is a part of every Java platform", e);
        }
    }

    /** The pseudo-header, the header at {@code tcp} without options and with a checksum of zero; data and key follow. */
    void begin(IpAddress source, IpAddress destination, ByteBuffer b, int tcp, int segmentLength) {
        md5.reset();
        fixed.clear();
        if (source.isV6()) {
            fixed.putLong(source.hi())
                    .putLong(source.lo())
                    .putLong(destination.hi())
                    .putLong(destination.lo());
            fixed.putInt(segmentLength).putInt(IpProtocol.TCP);
        } else {
            fixed.putInt(source.v4()).putInt(destination.v4());
            fixed.putShort((short) IpProtocol.TCP).putShort((short) segmentLength);
        }
        int header = fixed.position();
        b.get(tcp, scratch, header, TcpHeader.MIN_LENGTH);
        fixed.putShort(header + TcpHeader.CHECKSUM_OFFSET, (short) 0);
        md5.update(scratch, 0, header + TcpHeader.MIN_LENGTH);
    }

    void update(ByteBuffer data) {
        md5.update(data);
    }

    /** The digest, until the next segment. */
    byte[] finish(MasterKey key) {
        key.feed(md5);
        try {
            md5.digest(digest, 0, OCTETS);
            md5.reset(); // it would keep the last of what it was fed, which is the key
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
        return digest;
    }

    /** Whether the digest is what stands at {@code at}; takes as long whatever does. */
    boolean matches(MasterKey key, ByteBuffer b, int at) {
        b.get(at, received);
        return MessageDigest.isEqual(finish(key), received);
    }
}
