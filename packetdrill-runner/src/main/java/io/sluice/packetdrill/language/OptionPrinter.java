package io.sluice.packetdrill.language;

import java.util.List;
import java.util.Optional;

/** Writes TCP options. */
final class OptionPrinter {
    private OptionPrinter() {}

    /** A blank and the options in angle brackets; nothing if there are none. */
    static void print(StringBuilder out, List<TcpOption> options) {
        String separator = " <";
        for (TcpOption option : options) {
            out.append(separator);
            option(out, option);
            separator = ",";
        }
        out.append(options.isEmpty() ? "" : ">");
    }

    private static void option(StringBuilder out, TcpOption option) {
        if (option instanceof TcpOption.NoOperation) {
            out.append("nop");
        } else if (option instanceof TcpOption.EndOfList) {
            out.append("eol");
        } else if (option instanceof TcpOption.MaximumSegmentSize mss) {
            out.append("mss ").append(mss.bytes());
        } else if (option instanceof TcpOption.WindowScale scale) {
            out.append("wscale ").append(scale.shift());
        } else if (option instanceof TcpOption.SackPermitted) {
            out.append("sackOK");
        } else if (option instanceof TcpOption.Sack sack) {
            out.append("sack");
            sack.blocks()
                    .forEach(block ->
                            out.append(' ').append(block.left()).append(':').append(block.right()));
        } else if (option instanceof TcpOption.Timestamps timestamps) {
            timestamps(out, timestamps);
        } else {
            rareOption(out, option);
        }
    }

    private static void timestamps(StringBuilder out, TcpOption.Timestamps timestamps) {
        out.append("TS val ");
        if (timestamps.value().isPresent()) {
            out.append(timestamps.value().getAsLong());
        } else {
            out.append("...");
        }
        out.append(" ecr ").append(timestamps.echoReply()).append(timestamps.absoluteEcho() ? "!" : "");
    }

    private static void rareOption(StringBuilder out, TcpOption option) {
        if (option instanceof TcpOption.FastOpen fastOpen) {
            out.append(fastOpen.experimental() ? "FOEXP" : "FO");
            data(out, fastOpen.cookie());
        } else if (option instanceof TcpOption.Md5Signature md5) {
            out.append("md5");
            validOrData(out, md5.digest());
        } else if (option instanceof TcpOption.Authentication ao) {
            out.append("ao keyid ").append(ao.keyId()).append(" rnext ").append(ao.rNextKeyId());
            validOrData(out, ao.mac());
        } else if (option instanceof TcpOption.AccurateEcn ecn) {
            accurateEcn(out, ecn);
        } else if (option instanceof TcpOption.AckRateRequest request) {
            out.append("exp-tarr");
            request.rate().ifPresent(rate -> out.append(' ').append(rate));
        } else if (option instanceof TcpOption.Generic generic) {
            out.append("gen-").append(generic.kind());
            data(out, generic.data());
        } else if (option instanceof TcpOption.Experimental experimental) {
            out.append(String.format("exp-%04x", experimental.experiment()));
            data(out, experimental.data());
        }
    }

    private static void accurateEcn(StringBuilder out, TcpOption.AccurateEcn ecn) {
        boolean linux = ecn.spelling() == TcpOption.AccurateEcn.Spelling.LINUX;
        switch (ecn.spelling()) {
            case FREEBSD -> out.append("AccECN").append(ecn.order());
            case EXPERIMENTAL -> out.append("exp-AccECN").append(ecn.order());
            case LINUX -> out.append("ECN");
        }
        String counter = linux ? "" : "e";
        String[] names = {counter + "e" + ecn.order() + "b", counter + "ceb", counter + "e" + (1 - ecn.order()) + "b"};
        for (int i = 0; i < ecn.counters().size(); i++) {
            out.append(' ').append(names[i]).append(' ').append(ecn.counters().get(i));
        }
    }

    private static void data(StringBuilder out, Optional<HexData> data) {
        data.ifPresent(octets -> out.append(' ').append(octets.text()));
    }

    private static void validOrData(StringBuilder out, Optional<HexData> data) {
        out.append(' ').append(data.map(HexData::text).orElse("valid"));
    }
}
