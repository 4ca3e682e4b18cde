/**
 * The packetdrill language: lexer, hand-written recursive descent parser, syntax tree and printer for the union of the
 * two dialects in use (Google's for Linux and the FreeBSD fork's).
 *
 * <p>The package knows nothing about a stack: {@link io.sluice.packetdrill.language.ScriptParser} turns text into a
 * {@link io.sluice.packetdrill.language.Script}, {@link io.sluice.packetdrill.language.ScriptPrinter} turns it back,
 * and {@link io.sluice.packetdrill.language.Symbols} gives the values that the names in a script have on one kernel.
 */
@NullMarked
package io.sluice.packetdrill.language;

import org.jspecify.annotations.NullMarked;
