/** Network namespaces for tests and demonstrations: a machine of its own for each, in the same kernel. */
@NullMarked
package io.sluice.tun.namespace;

import org.jspecify.annotations.NullMarked;
