package io.sluice.packetdrill.simulated;

import io.sluice.host.Host;
import io.sluice.packetdrill.command.Tool;
import io.sluice.tcp.Authentication;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code setkey -c} and {@code setkey -F}: FreeBSD's keys of TCP MD5 signatures (RFC 2385), which belong to the host. Of the two
 * associations between this host and a peer, which have the same key, either will do.
 */
final class KeyTool implements Tool {
    private static final Pattern ADD =
            Pattern.compile("add (\\S+) (\\S+) tcp (?:0x[0-9a-fA-F]+|\\d+) -A tcp-md5 \"([^\"]*)\"");

    private final Host host;
    private final List<IpPrefix> added = new ArrayList<>();

    KeyTool(Host host) {
        this.host = host;
    }

    @Override
    public Outcome run(List<String> words, List<String> input) {
        Authentication keys = host.tcp().layer().authentication();
        if (words.size() == 2 && words.get(1).equals("-F")) {
            added.forEach(keys::removeMd5);
            added.clear();
            return Outcome.done();
        }
        if (words.size() != 2 || !words.get(1).equals("-c")) {
            return Outcome.failed("only setkey -c and setkey -F are supported");
        }
        for (String command : String.join(" ", input).split(";", -1)) {
            Matcher m = ADD.matcher(command.strip());
            if (!command.isBlank() && !m.matches()) {
                return Outcome.failed("not supported: " + command.strip());
            }
            if (!command.isBlank()) {
                add(keys, IpAddress.parse(m.group(1)), IpAddress.parse(m.group(2)), m.group(3));
            }
        }
        return Outcome.done();
    }

    private void add(Authentication keys, IpAddress source, IpAddress destination, String secret) {
        boolean out = host.interfaces().isLocal(AddressKey.hi(source), AddressKey.lo(source));
        IpPrefix peer = IpPrefix.of(out ? destination : source);
        try (MasterKey key = new MasterKey(secret.getBytes(StandardCharsets.ISO_8859_1))) {
            keys.addMd5(peer, key);
        }
        added.add(peer);
    }
}
