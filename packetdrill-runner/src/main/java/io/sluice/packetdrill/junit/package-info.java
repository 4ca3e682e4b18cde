/** Packetdrill scripts as JUnit tests of a project. */
@NullMarked
package io.sluice.packetdrill.junit;

import org.jspecify.annotations.NullMarked;
