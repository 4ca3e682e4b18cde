package io.sluice.packetdrill.language;

/**
 * A command in backquotes. A runner for an embedded stack interprets it; nothing here runs a shell.
 *
 * @param position where the opening backquote is
 * @param text what stands between the backquotes, untouched; it may have several lines
 */
public record ShellCommand(SourcePosition position, String text) implements Action {}
