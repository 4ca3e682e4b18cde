package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.SourcePosition;
import io.sluice.packetdrill.language.Statement;
import io.sluice.tcp.authentication.AuthenticationAlgorithm;
import io.sluice.tcp.authentication.CmacAlgorithm;
import io.sluice.tcp.authentication.HmacAlgorithm;
import io.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Applies the options of a script's header to a {@link RunConfig}. */
final class ScriptOptions {
    private static final long NS_PER_MICROSECOND = 1_000;

    private static final int LARGEST_ID = 255;
    private static final Pattern ON_COMMAND_LINE = Pattern.compile("--([A-Za-z0-9_]+)(?:=(.*))?");
    private static final Pattern AO_KEY = Pattern.compile("(\\d{1,3})(?:,([a-z0-9-]+)(,noopts)?)?:(.+)");
    private static final Map<String, AuthenticationAlgorithm> ALGORITHMS = Map.of(
            "hmac-sha1", HmacAlgorithm.HMAC_SHA_1_96,
            "hmac-sha256", HmacAlgorithm.HMAC_SHA_256_128,
            "cmac-aes", CmacAlgorithm.AES_128_CMAC_96);

    private ScriptOptions() {}

    /** An option as a command line has it. */
    static Statement.Option parse(String text) {
        Matcher m = ON_COMMAND_LINE.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("option " + text + " is not supported");
        }
        return new Statement.Option(new SourcePosition(1, 1), m.group(1), Optional.ofNullable(m.group(2)));
    }

    static RunConfig apply(RunConfig config, List<Statement.Option> options) throws RunFailure {
        RunConfig applied = config;
        // The version first, whatever the order: it chooses the addresses that others change.
        for (Statement.Option option : options) {
            if (option.name().equals("ip_version")) {
                applied = ipVersion(applied, option);
            } else if (option.name().equals("local_ip") || option.name().equals("remote_ip")) {
                boolean ipv6 = address(option).isV6();
                applied = ipv6 == applied.ipv6() ? applied : applied.otherVersion();
            }
        }
        for (Statement.Option option : options) {
            if (!option.name().equals("ip_version")) {
                applied = applyOne(applied, option);
            }
        }
        return applied;
    }

    private static RunConfig ipVersion(RunConfig c, Statement.Option option) throws RunFailure {
        return switch (option.value().orElse("")) {
            case "ipv4" -> c.ipVersion(false, false);
            case "ipv4-mapped-ipv6" -> c.ipVersion(false, true);
            case "ipv6" -> c.ipVersion(true, true);
            default ->
                throw new RunFailure(
                        option.position(), "IP version " + option.value().orElse("") + " is not supported");
        };
    }

    private static RunConfig applyOne(RunConfig c, Statement.Option option) throws RunFailure {
        return switch (option.name()) {
            case "tolerance_usecs", "tolerance_percent", "tcp_ts_tick_usecs" -> c.timing(timing(c.timing(), option));
            case "mss" -> c.mergedMss((int) number(option));
            case "mtu" -> c.mtu((int) number(option));
            case "local_ip" -> c.addresses(address(option), c.remote(), c.prefixLength());
            case "remote_ip" -> c.addresses(c.local(), address(option), c.prefixLength());
            case "bind_port" -> c.ports(new RunConfig.Ports((int) number(option), c.connectPort()));
            case "connect_port" -> c.ports(new RunConfig.Ports(c.bindPort(), (int) number(option)));
            default -> applyRare(c, option);
        };
    }

    private static RunConfig applyRare(RunConfig c, Statement.Option option) throws RunFailure {
        return switch (option.name()) {
            case "tcp_md5_secret" ->
                c.secrets(new RunConfig.Secrets(option.value(), c.secrets().ao()));
            case "tcp_ao_key" -> aoKey(c, option);
            case "netmask_ip" -> c.addresses(c.local(), c.remote(), netmask(option));
            case "strict_segments" -> strictness(c, true, c.syscallErrorsFatal());
            case "non_fatal" -> nonFatal(c, option);
            default -> {
                if (IgnoredOption.named(option.name()).isEmpty()) {
                    throw new RunFailure(option.position(), "option --" + option.name() + " is not supported");
                }
                yield c;
            }
        };
    }

    /** The ones of an IPv4 address that has nothing else in front of its zeros. */
    private static int netmask(Statement.Option option) throws RunFailure {
        IpAddress mask = address(option);
        int ones = mask.isV6() ? -1 : Integer.numberOfLeadingZeros(~mask.v4());
        if (ones < 0 || Integer.bitCount(mask.v4()) != ones) {
            throw new RunFailure(option.position(), "option --netmask_ip needs an IPv4 netmask");
        }
        return ones;
    }

    /** Which mismatches do not end a run: those of system calls. */
    private static RunConfig nonFatal(RunConfig c, Statement.Option option) throws RunFailure {
        if (!option.value().orElse("").equals("syscall")) {
            throw new RunFailure(option.position(), "option --non_fatal is supported as --non_fatal=syscall only");
        }
        return strictness(c, c.strictSegments(), false);
    }

    /** {@code ID[,ALGORITHM[,noopts]]:SECRET}. */
    private static RunConfig aoKey(RunConfig c, Statement.Option option) throws RunFailure {
        Matcher m = AO_KEY.matcher(option.value().orElse(""));
        AuthenticationAlgorithm algorithm =
                m.matches() ? ALGORITHMS.get(m.group(2) == null ? "hmac-sha1" : m.group(2)) : null;
        if (algorithm == null || Integer.parseInt(m.group(1)) > LARGEST_ID) {
            throw new RunFailure(
                    option.position(),
                    "option --tcp_ao_key needs ID[,ALGORITHM[,noopts]]:SECRET, with one of " + ALGORITHMS.keySet());
        }
        List<RunConfig.AoSecret> keys = new ArrayList<>(c.secrets().ao());
        keys.add(new RunConfig.AoSecret(Integer.parseInt(m.group(1)), algorithm, m.group(3) == null, m.group(4)));
        return c.secrets(new RunConfig.Secrets(c.secrets().md5(), keys));
    }

    private static RunConfig.Timing timing(RunConfig.Timing t, Statement.Option option) throws RunFailure {
        return switch (option.name()) {
            case "tolerance_percent" -> new RunConfig.Timing(t.toleranceNs(), t.timestampTickNs(), fraction(option));
            case "tcp_ts_tick_usecs" ->
                new RunConfig.Timing(t.toleranceNs(), number(option) * NS_PER_MICROSECOND, t.tolerancePercent());
            default ->
                new RunConfig.Timing(number(option) * NS_PER_MICROSECOND, t.timestampTickNs(), t.tolerancePercent());
        };
    }

    private static double fraction(Statement.Option option) throws RunFailure {
        try {
            double percent = Double.parseDouble(option.value().orElse(""));
            if (percent >= 0 && percent <= Integer.MAX_VALUE) {
                return percent;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new RunFailure(option.position(), "option --" + option.name() + " needs a number of per cent");
    }

    private static RunConfig strictness(RunConfig c, boolean segments, boolean syscallErrors) {
        return c.strictness(
                new RunConfig.Strictness(segments, syscallErrors, c.strictness().unmentionedPackets()));
    }

    private static long number(Statement.Option option) throws RunFailure {
        try {
            long number = Long.parseLong(option.value().orElse(""));
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new RunFailure(option.position(), "option --" + option.name() + " needs a number");
    }

    private static IpAddress address(Statement.Option option) throws RunFailure {
        try {
            return IpAddress.parse(option.value().orElse(""));
        } catch (IllegalArgumentException e) {
            throw new RunFailure(option.position(), "option --" + option.name() + " needs an address");
        }
    }
}
