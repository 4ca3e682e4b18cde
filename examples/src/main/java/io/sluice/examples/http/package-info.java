/** An HTTP/1.1 server on Netty's codec, for any channel type: the kernel's or Sluice's. */
@NullMarked
package io.sluice.examples.http;

import org.jspecify.annotations.NullMarked;
