package io.sluice.packetdrill.run;

import java.util.Locale;
import java.util.Optional;

/** An option in the header of a script that is accepted and changes nothing, with the reason. */
public enum IgnoredOption {
    CODE("the statements between %{ and }% are run by this program, not written to a file"),
    CODE_COMMAND("the statements between %{ and }% are run by this program, not by another"),
    CODE_FORMAT("the statements between %{ and }% are run by this program, not written to a file"),
    CODE_SOCKOPT("the statements between %{ and }% see TCP_INFO"),
    DEFINE("the parser has put its value in already"),
    VERBOSE("how much is shown is for the command line to say"),
    DRY_RUN("whether scripts are run is for the command line to say"),
    WIRE_SERVER("there is no second machine: the script is on both sides of the stack"),
    WIRE_CLIENT("there is no second machine: the script is on both sides of the stack"),
    WIRE_CLIENT_DEV("there is no second machine: the script is on both sides of the stack"),
    WIRE_SERVER_DEV("there is no second machine: the script is on both sides of the stack"),
    WIRE_SERVER_IP("there is no second machine: the script is on both sides of the stack"),
    WIRE_SERVER_PORT("there is no second machine: the script is on both sides of the stack"),
    GATEWAY_IP("the link leads straight to the script, without a gateway"),
    SPEED("the link has no speed: the C tool only tells its device, and no packet is later for it"),
    LOCAL_LINKLOCAL_IP("scripts use the addresses of --local_ip and --remote_ip"),
    GATEWAY_LINKLOCAL_IP("the link leads straight to the script, without a gateway"),
    DEBUG("how much is shown is for the command line to say"),
    NO_CLEANUP("nothing is left behind that could be looked at"),
    TUN_DEV("the name of the device is the back end's affair"),
    PERSISTENT_TUN_DEV("the name of the device is the back end's affair"),
    SEND_OMIT_FREE("memory that was written from lives as long as it is needed"),
    UDP_ENCAPS("each packet says itself whether it is in UDP"),
    UDP_ENCAPSULATION("each packet says itself whether it is in UDP");

    private final String reason;

    IgnoredOption(String reason) {
        this.reason = reason;
    }

    /** The option of that name, without dashes. */
    public static Optional<IgnoredOption> named(String name) {
        for (IgnoredOption option : values()) {
            if (option.text().equals("--" + name)) {
                return Optional.of(option);
            }
        }
        return Optional.empty();
    }

    /** As scripts write it. */
    public String text() {
        return "--" + name().toLowerCase(Locale.ROOT);
    }

    /** Why it changes nothing. */
    public String reason() {
        return reason;
    }
}
