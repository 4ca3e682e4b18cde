package io.sluice.packetdrill.language;

/** What happens in an {@link Event}. */
public sealed interface Action permits Packet, SystemCall, ShellCommand, CodeBlock {
    /** Where the action begins. */
    SourcePosition position();
}
