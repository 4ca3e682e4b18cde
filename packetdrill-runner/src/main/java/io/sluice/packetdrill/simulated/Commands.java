package io.sluice.packetdrill.simulated;

import io.sluice.host.Host;
import io.sluice.packetdrill.command.Grep;
import io.sluice.packetdrill.command.Shell;
import io.sluice.packetdrill.command.Tool;
import io.sluice.packetdrill.command.Tool.Outcome;
import io.sluice.packetdrill.language.ShellCommand;
import io.sluice.packetdrill.run.RunFailure;
import io.sluice.posix.PosixSockets;
import io.sluice.tcp.Knobs;
import io.sluice.tcp.TcpState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Does to the stack what the commands of scripts would do to a kernel. A command that is not known here fails, and so
 * does the script, unless the script itself says what to do then.
 */
final class Commands {
    private final Host host;
    private final LongSupplier clock;
    private final Shell shell;

    Commands(Host host, PosixSockets sockets, ScriptedLink link, LongSupplier clock) {
        this.host = host;
        this.clock = clock;
        Map<String, Tool> tools = new HashMap<>();
        SocketList socketList = new SocketList(host, sockets);
        Knobs knobs = host.tcp().layer().knobs();
        SysctlTool sysctl = new SysctlTool(host.tcp().layer());
        KernelFiles kernelFiles = new KernelFiles(knobs);
        FileTools files = new FileTools(sockets.files());
        tools.put("sysctl", sysctl);
        tools.put("set_sysctls.py", sysctl);
        tools.put("defaults.sh", (words, input) -> sysctl.setDefaults());
        tools.put("sockstat", (words, input) -> Outcome.of(socketList.lines(words)));
        tools.put("tcpdrop", (words, input) -> tcpdrop(words));
        tools.put("grep", new Grep(name -> socketList.file(name)));
        tools.put("dd", files::dd);
        tools.put("rm", files::remove);
        tools.put("echo", (words, input) -> FileTools.echo(words));
        tools.put("tc", new QueueTool(knobs, link));
        tools.put("ethtool", new Ethtool(link::wholeSuperSegments));
        tools.put("ip", new IpTool(host));
        tools.put("setkey", new KeyTool(host));
        tools.put("kldstat", (words, input) -> Outcome.done()); // tcpmd5 is there
        tools.put("nstat", new CounterTool(host.counters()));
        for (InertCommand command : InertCommand.values()) {
            tools.putIfAbsent(command.program(), new InertTool());
        }
        shell = new Shell(tools, kernelFiles::write);
    }

    /** Runs the commands of {@code command}, one after the other. */
    void execute(ShellCommand command) throws RunFailure {
        shell.execute(command);
    }

    private Outcome tcpdrop(List<String> words) {
        if (words.size() != 3 || !words.get(1).equals("-s")) {
            return Outcome.failed("only tcpdrop -s STATE is supported");
        }
        Optional<TcpState> state = SocketList.state(words.get(2));
        if (state.isEmpty()) {
            return Outcome.failed("no such state");
        }
        host.tcp().layer().drop(state.get(), clock.getAsLong());
        return Outcome.done();
    }
}
