/** {@code sluice demo}: an HTTP server on Sluice, and somebody fetching from it. */
@NullMarked
package io.sluice.cli.demo;

import org.jspecify.annotations.NullMarked;
