/** The Linux system interface this module stands on: C library, TUN ioctls, rtnetlink. Internal. */
@NullMarked
package io.sluice.tun.linux;

import org.jspecify.annotations.NullMarked;
