package io.sluice.tls.netty;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The content of every stream of an exchange, made and compared piece by piece: octets that depend on their position. */
final class Octets {
    private static final int PIECE = 64 * 1024;
    private static final int SPREAD = 31;

    private Octets() {}

    /** Never 0, which some tools take for the end. */
    static byte at(long position) {
        return (byte) (1 + (position * SPREAD + (position >>> 9) + (position >>> 17)) % 255);
    }

    static byte[] piece(long from, int octets) {
        byte[] all = new byte[octets];
        for (int i = 0; i < octets; i++) {
            all[i] = at(from + i);
        }
        return all;
    }

    static void write(OutputStream to, long octets) throws IOException {
        for (long done = 0; done < octets; done += PIECE) {
            to.write(piece(done, (int) Math.min(PIECE, octets - done)));
        }
        to.flush();
    }

    /** Reads so many octets and compares them. */
    static void check(InputStream from, long octets) throws IOException {
        for (long done = 0; done < octets; ) {
            byte[] got = from.readNBytes((int) Math.min(PIECE, octets - done));
            if (got.length == 0) {
                throw new IOException("the end after " + done + " of " + octets + " octets");
            }
            check(got, done);
            done += got.length;
        }
    }

    static void check(byte[] got, long position) throws IOException {
        for (int i = 0; i < got.length; i++) {
            if (got[i] != at(position + i)) {
                throw new IOException("octet " + (position + i) + " is wrong");
            }
        }
    }
}
