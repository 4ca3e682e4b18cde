/** The same random scripts against the stack and the kernel: where they differ, the script is shrunk and shown. */
@NullMarked
package io.sluice.packetdrill.differential;

import org.jspecify.annotations.NullMarked;
