package io.sluice.packetdrill.differential;

/** Calls that a user may make, sensible or not. Their results are not written: they are what is asked. */
final class CallMenu {
    private static final String ANY = " = -12345";
    private static final String FINE = " = 0";

    private final Dice dice;
    private int connection = 3;

    CallMenu(Dice dice) {
        this.dice = dice;
    }

    /** The descriptor that most calls are about. */
    int connection() {
        return connection;
    }

    void connection(int fd) {
        connection = fd;
    }

    static String close(int fd) {
        return "close(" + fd + ")" + ANY;
    }

    private static String integer(int fd, String level, String name, int value) {
        return "setsockopt(" + fd + ", " + level + ", " + name + ", [" + value + "], 4)" + ANY;
    }

    /** Anything, in any state. */
    Step any() {
        return Step.of(line(dice.chance(0.95) ? connection : 3));
    }

    private String line(int fd) {
        double what = dice.below(1000) / 1000.0;
        if (what < 0.30) {
            return "send(" + fd + ", ..., " + dice.pick(1, 10, 100, 536, 1000, 1460, 3000) + ", "
                    + dice.pick("0", "0", "0", "0", "0", "0", "0", "0", "MSG_OOB", "MSG_NOSIGNAL") + ")" + ANY;
        } else if (what < 0.50) {
            return "recv(" + fd + ", ..., " + dice.pick(1, 10, 100, 1000, 5000, 20_000) + ", "
                    + dice.pick("0", "0", "0", "MSG_PEEK", "MSG_OOB", "MSG_WAITALL") + ")" + ANY;
        } else if (what < 0.60) {
            return "shutdown(" + fd + ", SHUT_WR)" + ANY;
        } else if (what < 0.66) {
            return close(fd);
        } else if (what < 0.71) {
            return "getsockopt(" + fd + ", SOL_SOCKET, SO_ERROR, [0], [4])" + FINE;
        } else if (what < 0.77) {
            return "ioctl(" + fd + ", " + dice.pick("SIOCINQ", "SIOCINQ", "SIOCOUTQ") + ", [0])" + FINE;
        } else if (what < 0.85) {
            return "poll([{fd=" + fd + ", events=POLLIN|POLLOUT|POLLRDHUP|POLLPRI, revents=0}], 1, 0) = ...";
        } else if (what < 0.95) {
            return optionAfter(fd);
        }
        return odd(fd);
    }

    private String odd(int fd) {
        return switch (dice.below(3)) {
            case 0 -> "listen(" + fd + ", 1)" + ANY;
            case 1 -> "accept(" + fd + ", ..., ...) = 9";
            default -> "connect(" + fd + ", ..., ...)" + ANY;
        };
    }

    /** An option before there is a connection. */
    String optionBefore(int fd) {
        return switch (dice.below(2)) {
            case 0 -> integer(fd, "SOL_TCP", "TCP_MAXSEG", dice.pick(500, 1200));
            default -> optionAfter(fd);
        };
    }

    String optionAfter() {
        return optionAfter(connection);
    }

    private String optionAfter(int fd) {
        return switch (dice.below(6)) {
            case 0 -> integer(fd, "SOL_TCP", "TCP_NODELAY", dice.below(2));
            case 1 -> integer(fd, "SOL_TCP", "TCP_CORK", dice.below(2));
            case 2 -> "setsockopt(" + fd + ", SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8)" + ANY;
            case 3 -> integer(fd, "SOL_SOCKET", "SO_OOBINLINE", dice.below(2));
            case 4 -> integer(fd, "SOL_TCP", "TCP_USER_TIMEOUT", dice.pick(0, 100, 10_000));
            default -> integer(fd, "SOL_SOCKET", "SO_KEEPALIVE", dice.below(2));
        };
    }
}
