/** What adapters and users import: sockets, options and errors. */
@NullMarked
package io.sluice.api;

import org.jspecify.annotations.NullMarked;
