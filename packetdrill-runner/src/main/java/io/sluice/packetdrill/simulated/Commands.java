package io.sluice.packetdrill.simulated;

import io.sluice.host.Host;
import io.sluice.packetdrill.language.ShellCommand;
import io.sluice.packetdrill.run.RunFailure;
import io.sluice.posix.PosixSockets;
import io.sluice.tcp.TcpState;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Does to the stack what the commands of scripts would do to a kernel. A command that is not known here fails. */
final class Commands {
    private final Host host;
    private final LongSupplier clock;
    private final Sysctls sysctls;
    private final SocketList socketList;

    Commands(Host host, PosixSockets sockets, LongSupplier clock) {
        this.host = host;
        this.clock = clock;
        this.sysctls = new Sysctls(host.tcp().layer().knobs());
        this.socketList = new SocketList(host, sockets);
    }

    void execute(ShellCommand command) throws RunFailure {
        for (String line : command.text().split("\n", -1)) {
            if (!line.isBlank()) {
                Optional<String> problem = executeLine(line.strip());
                if (problem.isPresent()) {
                    throw new RunFailure(command.position(), "`" + line.strip() + "`: " + problem.get());
                }
            }
        }
    }

    /** Empty if the command succeeded. */
    private Optional<String> executeLine(String line) {
        List<String> stages = Arrays.asList(line.split("\\|", -1));
        List<String> words = Arrays.asList(stages.get(0).strip().split("\\s+", -1));
        List<String> filters = stages.subList(1, stages.size());
        return switch (words.get(0)) {
            case "sysctl" -> sysctls.execute(words);
            case "sockstat" -> Grep.run(socketList.lines(words), filters);
            case "tcpdrop" -> tcpdrop(words);
            default -> Optional.of("no such command here");
        };
    }

    private Optional<String> tcpdrop(List<String> words) {
        if (words.size() != 3 || !words.get(1).equals("-s")) {
            return Optional.of("only tcpdrop -s STATE is supported");
        }
        Optional<TcpState> state = SocketList.state(words.get(2));
        if (state.isEmpty()) {
            return Optional.of("no such state");
        }
        host.tcp().layer().drop(state.get(), clock.getAsLong());
        return Optional.empty();
    }
}
