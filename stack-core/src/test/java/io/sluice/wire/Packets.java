package io.sluice.wire;

/** Whole packets for tests. Those named after RFC 9235 are its test vectors; the others are written by hand. */
final class Packets {
    /** RFC 9235 §4.1.1: a SYN with MSS, window scale, timestamps and TCP-AO. */
    static final String RFC9235_4_1_1 =
            """
            45e0004c dd0f4000 ff06bf6b 0a0b0c0d ac1b1c1d
            e9d700b3 fbfbab5a 00000000 e002ffff cac40000
            020405b4 010303080402080a00155ab700000000
            1d103d54 2ee437c6f8ede6d7c4d602e7""";

    /** RFC 9235 §4.1.4: data with timestamps and TCP-AO. */
    static final String RFC9235_4_1_4 =
            """
            45e00087 1fa94000 ff067c97 ac1b1c1d 0a0b0c0d
            00b3e9d7 11c14262 fbfbab9e c0180100 400c0000
            0101080a 84a50bf5 00155ac1 1d10543d a63f0ecbbb2e635c954deac7
            ffffffffffffffffffffffffffffffff 00430104dac000b4ac1b1c1d26020601
            0400010001020280000202020002024200020641040000dac002084006006400010100""";

    /** RFC 9235 §6.1.1: a SYN over IPv6; the only one of the three whose TCP checksum is right. */
    static final String RFC9235_6_1_1 =
            """
            6e0891dc 00380640 fd000000000000000000000000000001 fd000000000000000000000000000002
            f7e400b3 176a833f 00000000 e002ffff 47210000
            020405a0 010303080402080a 0041d087 00000000 1d103d54 9033ec3d7334b64c5edd039f""";

    /** An echo request of 12 octets from 192.0.2.1 to 198.51.100.2, with a Router Alert option. */
    static final String ICMPV4_ECHO =
            """
            4600002c 1c464000 40019d4f c0000201 c6336402 94040000
            080053db 12340001 68656c6c 6f20776f 726c6421""";

    /** Fragmentation needed, MTU 1410, about a TCP segment from port 40000 to 443. */
    static final String ICMPV4_TOO_BIG =
            """
            45000038 00010000 40018e8e c6336401 c0000201
            03045578 00000582
            450005dc 00074000 3f0649de c0000201 c6336402
            9c4001bb 01020304""";

    /** Packet Too Big, MTU 1280, about a UDP datagram. */
    static final String ICMPV6_TOO_BIG =
            """
            60000000 00383a40 20010db8000000000000000000000001 20010db8000000000000000000000002
            0200e84a 00000500
            600abcde 05b41140 20010db8000000000000000000000002 20010db8000000000000000000000003
            1f900035 05b4ffff""";

    /** A UDP datagram over IPv4: 4 octets from port 5353 to 53, DSCP 46, do not fragment. */
    static final String UDP4 =
            """
            45b80020 abcd4000 1111d110 c0000201 c6336402
            14e90035 000c60e3 deadbeef""";

    /** UDP options behind nine octets of data: APC, MDS, MRDS, NOP, REQ, NOP, RES, TIME, EOL and zeros. */
    static final String UDP_OPTIONS =
            """
            45000054 00014000 40114e61 c0000201 c6336402 03e807d0 0011fe07 31323334 35363738 39
            00 1289 0206e3069283 040405c0 05050b6e02 01 060600000001 01 070600000002 080a112233440000 0000 0000 000000""";

    /** The last of two fragments of a UDP datagram. */
    static final String UDP_FRAGMENT =
            """
            45000041 00014000 40114e74 c0000201 c6336402 03e807d0 000807ef
            f6ad 030c 0016 01020304 0020 0030 18191a1b1c1d1e1f2021222324252627 0000 0404 04b0 00""";

    /** Hop-by-hop (Router Alert, PadN), destination options (Pad1), an atomic fragment, AH, then UDP. */
    static final String IPV6_CHAIN =
            """
            61234567 00380001 20010db8000000000000000000000001 ff020000000000000000000000000016
            3c00 05020000 0100
            2c00 000000000000
            3300 0000 cafebabe
            1102 0000 00000100 00000001 00000000
            14e90035 0010b1cd 0001020304050607""";

    /** A SYN with MSS, user timeout, Fast Open, AccECN, an experiment and two options of an unknown kind; no IP. */
    static final String TCP_RARE_OPTIONS =
            """
            fc1e08ae 00000001 00000000 e1c2fde8 00000000
            02040218 1c048005 220a0102030405060708 ac05010203 fe04abcd 4d02 4d03ff 01 00 0000""";

    private Packets() {}
}
