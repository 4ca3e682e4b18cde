package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.Statement;
import io.sluice.wire.IpAddress;
import java.util.List;

/** Applies the options of a script's header to a {@link RunConfig}. */
final class ScriptOptions {
    private static final long NS_PER_MICROSECOND = 1_000;

    private ScriptOptions() {}

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
            case "tolerance_usecs" ->
                c.timing(new RunConfig.Timing(
                        number(option) * NS_PER_MICROSECOND, c.timing().timestampTickNs()));
            case "tcp_ts_tick_usecs" ->
                c.timing(new RunConfig.Timing(c.toleranceNs(), number(option) * NS_PER_MICROSECOND));
            case "mtu" -> c.mtu((int) number(option));
            case "local_ip" -> c.addresses(address(option), c.remote(), c.prefixLength());
            case "remote_ip" -> c.addresses(c.local(), address(option), c.prefixLength());
            case "netmask_ip" ->
                c.addresses(
                        c.local(), c.remote(), Integer.bitCount(address(option).v4()));
            case "bind_port" -> c.ports(new RunConfig.Ports((int) number(option), c.connectPort()));
            case "connect_port" -> c.ports(new RunConfig.Ports(c.bindPort(), (int) number(option)));
            case "strict_segments" -> strictness(c, true, c.syscallErrorsFatal());
            case "non_fatal" ->
                strictness(c, c.strictSegments(), !option.value().orElse("").contains("syscall"));
            default -> {
                if (IgnoredOption.named(option.name()).isEmpty()) {
                    throw new RunFailure(option.position(), "option --" + option.name() + " is not supported");
                }
                yield c;
            }
        };
    }

    private static RunConfig strictness(RunConfig c, boolean segments, boolean syscallErrors) {
        return c.strictness(
                new RunConfig.Strictness(segments, syscallErrors, c.strictness().unmentionedPackets()));
    }

    private static long number(Statement.Option option) throws RunFailure {
        try {
            return Long.parseLong(option.value().orElse(""));
        } catch (NumberFormatException e) {
            throw new RunFailure(option.position(), "option --" + option.name() + " needs a number");
        }
    }

    private static IpAddress address(Statement.Option option) throws RunFailure {
        try {
            return IpAddress.parse(option.value().orElse(""));
        } catch (IllegalArgumentException e) {
            throw new RunFailure(option.position(), "option --" + option.name() + " needs an address");
        }
    }
}
