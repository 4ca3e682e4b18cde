/** The architecture as tests: layers, arrows, the purity of the core, and what classes look like. */
@NullMarked
package io.sluice.architecture;

import org.jspecify.annotations.NullMarked;
