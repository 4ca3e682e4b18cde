/** Runs packetdrill scripts against the stack on a TUN device, in real time: packets cross the kernel both ways. */
@NullMarked
package io.sluice.packetdrill.tun;

import org.jspecify.annotations.NullMarked;
