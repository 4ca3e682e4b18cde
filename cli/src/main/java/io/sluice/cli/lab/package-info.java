/** {@code sluice lab}: congestion control in drawn-up networks. */
@NullMarked
package io.sluice.cli.lab;

import org.jspecify.annotations.NullMarked;
