/** The server that whole-path benchmarks talk to: discard, source and echo on a TUN device. */
@NullMarked
package io.sluice.benchmarks.server;

import org.jspecify.annotations.NullMarked;
