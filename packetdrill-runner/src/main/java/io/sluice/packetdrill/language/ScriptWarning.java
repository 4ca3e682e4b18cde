package io.sluice.packetdrill.language;

/**
 * Something in a script that is surely a mistake but does not stop it from being read.
 *
 * @param position where it is
 * @param message what was found and what was done about it
 */
public record ScriptWarning(SourcePosition position, String message) {}
