/** The commands of scripts, as the shell that they are written for would run them, done by tools of this program. */
@NullMarked
package io.sluice.packetdrill.command;

import org.jspecify.annotations.NullMarked;
