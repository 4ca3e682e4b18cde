/**
 * Runs packetdrill scripts: walks through the events of a script, injects and compares packets, makes system calls. What
 * the script is run against is a {@link io.sluice.packetdrill.run.BackEnd}.
 */
@NullMarked
package io.sluice.packetdrill.run;

import org.jspecify.annotations.NullMarked;
