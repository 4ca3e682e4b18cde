/** TUN and TAP devices: open, configure, read and write. */
@NullMarked
package io.sluice.tun;

import org.jspecify.annotations.NullMarked;
