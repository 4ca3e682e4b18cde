package io.sluice.packetdrill.simulated;

import io.sluice.packetdrill.command.Tool;
import java.util.List;
import java.util.function.Consumer;

/** {@code ethtool -K DEVICE tso on|off gso on|off gro on|off}: what the link does with segments that are larger than its MTU. */
final class Ethtool implements Tool {
    private final Consumer<Boolean> wholeSuperSegments;

    Ethtool(Consumer<Boolean> wholeSuperSegments) {
        this.wholeSuperSegments = wholeSuperSegments;
    }

    @Override
    public Outcome run(List<String> words, List<String> input) {
        if (words.size() < 5 || words.size() % 2 == 0 || !words.get(1).equals("-K")) {
            return Outcome.failed("only ethtool -K DEVICE FEATURE on|off is supported");
        }
        for (int i = 3; i < words.size(); i += 2) {
            boolean on = words.get(i + 1).equals("on");
            if (!on && !words.get(i + 1).equals("off")) {
                return Outcome.failed("on or off was expected");
            }
            switch (words.get(i)) {
                case "tso", "gso" -> wholeSuperSegments.accept(on);
                default -> {
                    return Outcome.failed("no feature " + words.get(i) + " here");
                }
            }
        }
        return Outcome.done();
    }
}
