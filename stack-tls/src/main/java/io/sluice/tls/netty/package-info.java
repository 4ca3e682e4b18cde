/** TLS for Netty pipelines on channels of the stack: stack-netty and netty-handler are what the user brings. */
@NullMarked
package io.sluice.tls.netty;

import org.jspecify.annotations.NullMarked;
