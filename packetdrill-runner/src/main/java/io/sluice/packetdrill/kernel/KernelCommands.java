package io.sluice.packetdrill.kernel;

import io.sluice.packetdrill.command.Grep;
import io.sluice.packetdrill.command.Shell;
import io.sluice.packetdrill.command.Tool;
import io.sluice.packetdrill.command.Tool.Outcome;
import io.sluice.packetdrill.language.ShellCommand;
import io.sluice.packetdrill.run.RunFailure;
import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The commands of scripts, done to the namespace of the run. Only those listed here, in the shapes listed here: {@code ip}
 * and {@code tc} are run as programs inside the namespace, the rest by this class; there is no shell.
 */
final class KernelCommands {
    private static final List<Pattern> PROGRAMS = List.of(
            Pattern.compile("ip (-[46] )?route (change|replace|add) [0-9a-fA-F:./]+( via [0-9a-fA-F:.]+)? dev tun0"
                    + "( (advmss|initcwnd|initrwnd|mtu|lock|quickack|rto_min|congctl) ?[0-9a-z]*)*"),
            Pattern.compile("ip tcp_metrics flush all"),
            Pattern.compile(
                    "tc qdisc (replace|add|del) dev tun0 root( [a-z_]+)?( (limit|flow_limit|maxrate|quantum) [0-9a-z]+)*"));

    private final NetworkNamespace namespace;
    private final ScratchFiles files;
    private final Shell shell;

    KernelCommands(NetworkNamespace namespace, SysctlFiles sysctls, OffloadTool offload, ScratchFiles files) {
        this.namespace = namespace;
        this.files = files;
        Map<String, Tool> tools = new HashMap<>();
        tools.put("sysctl", sysctls);
        tools.put("set_sysctls.py", sysctls);
        tools.put("defaults.sh", (words, input) -> sysctls.setDefaults());
        tools.put("sysctl_restore_${PPID}.sh", (words, input) -> Outcome.done()); // the namespace ends with the run
        tools.put("ip", this::program);
        tools.put("tc", this::program);
        tools.put("ethtool", offload);
        tools.put("nstat", new CounterTool(namespace));
        tools.put("grep", new Grep(this::networkFile));
        tools.put("dd", this::dd);
        tools.put("rm", this::remove);
        tools.put("echo", KernelCommands::echo);
        this.shell = new Shell(tools, KernelCommands::write);
    }

    void execute(ShellCommand command) throws RunFailure {
        shell.execute(command);
    }

    private Outcome program(List<String> words, List<String> input) {
        String line = String.join(" ", words);
        if (PROGRAMS.stream().noneMatch(p -> p.matcher(line).matches())) {
            return Outcome.failed("only " + PROGRAMS + " is supported");
        }
        try {
            return Outcome.of(
                    namespace.exec(words.toArray(String[]::new)).lines().toList());
        } catch (IOException e) {
            return Outcome.failed(String.valueOf(e.getMessage()));
        }
    }

    /** A file of {@code /proc/net}, as it is inside. */
    private @Nullable List<String> networkFile(String name) {
        if (!name.matches("/proc/net/(tcp6?|netstat|snmp6?|sockstat6?)")) {
            return null;
        }
        Path inside = Path.of("/proc/thread-self/net").resolve(name.substring(name.lastIndexOf('/') + 1));
        try {
            return namespace.call(() -> Files.readAllLines(inside));
        } catch (IOException e) {
            return null;
        }
    }

    /** {@code dd bs=N count=N if=/dev/zero of=FILE}. */
    private Outcome dd(List<String> words, List<String> input) {
        Map<String, String> operands = new HashMap<>();
        for (String word : words.subList(1, words.size())) {
            int equals = word.indexOf('=');
            operands.put(word.substring(0, Math.max(0, equals)), word.substring(equals + 1));
        }
        String name = operands.getOrDefault("of", "");
        if (name.isEmpty() || !operands.getOrDefault("if", "").equals("/dev/zero")) {
            return Outcome.failed("only if=/dev/zero of=FILE is supported");
        }
        try {
            int block = Integer.parseInt(operands.getOrDefault("bs", "512"));
            files.zeros(name, block * Integer.parseInt(operands.getOrDefault("count", "1")));
            return Outcome.done();
        } catch (IOException | NumberFormatException e) {
            return Outcome.failed(String.valueOf(e.getMessage()));
        }
    }

    private Outcome remove(List<String> words, List<String> input) {
        try {
            for (String word : words.subList(1, words.size())) {
                files.delete(word);
            }
            return Outcome.done();
        } catch (IOException e) {
            return Outcome.failed(String.valueOf(e.getMessage()));
        }
    }

    private static Outcome echo(List<String> words, List<String> input) {
        return Outcome.of(List.of(String.join(" ", words.subList(1, words.size()))));
    }

    /** Parameters of modules are the machine's, not the namespace's: they are left alone, and have to be right already. */
    private static @Nullable String write(String file, List<String> lines) {
        if (!file.matches("/sys/module/tcp_[a-z]+/parameters/[a-z_]+")) {
            return "cannot write " + file;
        }
        try {
            List<String> now = Files.readAllLines(Path.of(file));
            return now.equals(lines) ? null : file + " is the whole machine's, and has " + now;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
